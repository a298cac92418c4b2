package io.sallyport.tls;

/** Which end of a handshake we are. */
public enum Side {
    /** We accept: peers are clients. */
    SERVER("server"),
    /** We connect: the peer is a server. */
    CLIENT("client");

    private final String label;

    Side(String label) {
        this.label = label;
    }

    /** As in metrics and logs. */
    public String label() {
        return label;
    }
}
