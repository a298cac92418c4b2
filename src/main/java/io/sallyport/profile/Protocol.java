package io.sallyport.profile;

/** A TLS version that can be spoken here. Older ones are off for good. */
public enum Protocol {
    TLS_1_2("TLSv1.2"),
    TLS_1_3("TLSv1.3");

    private final String label;

    Protocol(String label) {
        this.label = label;
    }

    /** As written in configuration, logs and metrics: OpenSSL's name. */
    public String label() {
        return label;
    }
}
