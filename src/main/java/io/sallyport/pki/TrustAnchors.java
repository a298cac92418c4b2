package io.sallyport.pki;

import java.security.cert.X509Certificate;
import java.util.List;

/**
 * The CA certificates of a profile.
 *
 * @param certificates without duplicates, in the order of their files
 */
public record TrustAnchors(List<X509Certificate> certificates) {}
