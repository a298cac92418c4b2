/**
 * How is TLS spoken on one channel? {@code SSL_CTX} and {@code SSL} as BoringSSL has them, and why a handshake failed.
 */
@NullMarked
package io.sallyport.tls;

import org.jspecify.annotations.NullMarked;
