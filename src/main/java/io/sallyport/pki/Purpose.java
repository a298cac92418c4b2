package io.sallyport.pki;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a peer's certificate is used for, which its key usages must allow. */
public enum Purpose {
    /** It proves a client to a listening side. */
    TLS_CLIENT("1.3.6.1.5.5.7.3.2", "clientAuth"),
    /** It proves a server to a connecting side. */
    TLS_SERVER("1.3.6.1.5.5.7.3.1", "serverAuth"),
    /** Key usages aren't asked. */
    ANY("2.5.29.37.0", "anyExtendedKeyUsage");

    static final String ANY_EXTENDED_KEY_USAGE = ANY.oid;

    private static final Map<String, String> LABELS = Map.of(
            TLS_CLIENT.oid,
            TLS_CLIENT.label,
            TLS_SERVER.oid,
            TLS_SERVER.label,
            ANY.oid,
            ANY.label,
            "1.3.6.1.5.5.7.3.3",
            "codeSigning",
            "1.3.6.1.5.5.7.3.4",
            "emailProtection",
            "1.3.6.1.5.5.7.3.8",
            "timeStamping",
            "1.3.6.1.5.5.7.3.9",
            "OCSPSigning");

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

    /** Extended key usages as people read them. */
    static String labels(@Nullable List<String> oids) {
        return oids == null || oids.isEmpty()
                ? "nothing"
                : oids.stream().map(oid -> LABELS.getOrDefault(oid, oid)).collect(Collectors.joining(", "));
    }
}
