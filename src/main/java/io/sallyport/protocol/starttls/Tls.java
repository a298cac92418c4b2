package io.sallyport.protocol.starttls;

/** How TLS begins. */
final class Tls {

    /** ContentType {@code handshake}: the first byte of a ClientHello's record (RFC 8446, section 5.1). */
    static final byte HANDSHAKE = 0x16;

    private Tls() {}
}
