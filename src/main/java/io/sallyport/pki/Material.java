package io.sallyport.pki;

import org.jspecify.annotations.Nullable;

/**
 * What a profile's files hold, read and checked against each other.
 *
 * @param credential certificate chain and key, or null where the profile shows none
 * @param anchors the CA certificates, or null with {@code verify: none}
 */
public record Material(
        @Nullable Credential credential, @Nullable TrustAnchors anchors) {}
