/**
 * What may come before TLS? The PROXY header, read and written; nothing of relays or of TLS itself.
 */
@NullMarked
package io.sallyport.protocol;

import org.jspecify.annotations.NullMarked;
