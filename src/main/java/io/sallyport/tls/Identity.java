package io.sallyport.tls;

/**
 * Who a peer's verified certificate says it is.
 *
 * @param subject the leaf's subject, RFC 2253; empty where the certificate has none
 * @param fingerprint SHA-256 of the leaf's DER, 64 lower-case hex digits
 */
public record Identity(String subject, String fingerprint) {}
