package io.sallyport.pki;

/** What a peer's certificate is used for, which its key usages must allow. */
public enum Purpose {
    /** It proves a client to a listening side. */
    TLS_CLIENT("1.3.6.1.5.5.7.3.2", "clientAuth"),
    /** It proves a server to a connecting side. */
    TLS_SERVER("1.3.6.1.5.5.7.3.1", "serverAuth"),
    /** Key usages aren't asked. */
    ANY("2.5.29.37.0", "anyExtendedKeyUsage");

    static final String ANY_EXTENDED_KEY_USAGE = ANY.oid;

    private final String oid;
    private final String label;

    Purpose(String oid, String label) {
        this.oid = oid;
        this.label = label;
    }

    /** The extended key usage that stands for it. */
    public String oid() {
        return oid;
    }

    /** The extended key usage by its usual name. */
    public String label() {
        return label;
    }
}
