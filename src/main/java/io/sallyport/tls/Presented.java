package io.sallyport.tls;

import org.jspecify.annotations.Nullable;

/**
 * What a peer shows of itself, and whom it must be.
 *
 * @param chain DER, leaf first
 * @param staple the OCSP response that a server sent along, DER, or null
 * @param expectedName the host name or IP address that the certificate must have, or null where any will do
 */
record Presented(
        byte[][] chain, byte @Nullable [] staple, @Nullable String expectedName) {}
