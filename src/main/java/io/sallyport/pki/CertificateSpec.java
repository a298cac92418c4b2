package io.sallyport.pki;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a certificate to be issued shall say. Start with {@link #server}, {@link #client} or {@link #ca}, then change what differs.
 *
 * @param subject as RFC 2253 text, such as {@code CN=server.test,O=Orders}; empty for none
 * @param names subject alternative names in OpenSSL's words: {@code DNS:server.test}, {@code IP:127.0.0.1},
 *     {@code URI:spiffe://test/orders}, {@code email:a@b.test}
 * @param notBefore first moment of validity; whole seconds count
 * @param notAfter last moment of validity
 * @param keyType of the key pair that is made for it
 * @param authority the CA part, or null for a leaf
 * @param keyUsages for the keyUsage extension, which is left out if empty
 * @param purposes object identifiers for extendedKeyUsage, which is left out if empty
 * @param extensions further ones
 */
public record CertificateSpec(
        String subject,
        List<String> names,
        Instant notBefore,
        Instant notAfter,
        KeyType keyType,
        @Nullable Authority authority,
        Set<KeyUse> keyUsages,
        List<String> purposes,
        List<Extra> extensions) {

    /** How long a certificate lives that isn't told otherwise: what public CAs agreed on is 398 days, private ones follow. */
    public static final Duration DEFAULT_LIFE = Duration.ofDays(397);

    /** How long a CA lives that isn't told otherwise. */
    public static final Duration DEFAULT_CA_LIFE = Duration.ofDays(3650);

    /**
     * That a certificate may issue others.
     *
     * @param pathLength intermediates that may stand under it, or null for any number
     */
    public record Authority(@Nullable Integer pathLength) {}

    /**
     * An extension that has no place of its own here.
     *
     * @param value its DER
     */
    public record Extra(String oid, boolean critical, byte[] value) {}

    /** The bits of keyUsage by the names of RFC 5280; the order is that of the bits. */
    public enum KeyUse {
        DIGITAL_SIGNATURE,
        NON_REPUDIATION,
        KEY_ENCIPHERMENT,
        DATA_ENCIPHERMENT,
        KEY_AGREEMENT,
        KEY_CERT_SIGN,
        CRL_SIGN
    }

    public CertificateSpec {
        names = List.copyOf(names);
        keyUsages = Set.copyOf(keyUsages);
        purposes = List.copyOf(purposes);
        extensions = List.copyOf(extensions);
        if (notAfter.isBefore(notBefore)) {
            throw new IllegalArgumentException("notAfter " + notAfter + " lies before notBefore " + notBefore);
        }
    }

    /** A certificate that proves a server, valid from now. */
    public static CertificateSpec server(String subject, String... names) {
        return leaf(subject, names).withPurposes(Purpose.TLS_SERVER.oid());
    }

    /** A certificate that proves a client, valid from now. */
    public static CertificateSpec client(String subject, String... names) {
        return leaf(subject, names).withPurposes(Purpose.TLS_CLIENT.oid());
    }

    /** A root or an intermediate, valid from now. */
    public static CertificateSpec ca(String subject) {
        Instant now = Instant.now();
        return new CertificateSpec(
                subject,
                List.of(),
                now,
                now.plus(DEFAULT_CA_LIFE),
                KeyType.EC_P256,
                new Authority(null),
                Set.of(KeyUse.KEY_CERT_SIGN, KeyUse.CRL_SIGN),
                List.of(),
                List.of());
    }

    private static CertificateSpec leaf(String subject, String... names) {
        Instant now = Instant.now();
        return new CertificateSpec(
                subject,
                List.of(names),
                now,
                now.plus(DEFAULT_LIFE),
                KeyType.EC_P256,
                null,
                Set.of(KeyUse.DIGITAL_SIGNATURE),
                List.of(),
                List.of());
    }

    public CertificateSpec withNames(String... changed) {
        return new CertificateSpec(
                subject, List.of(changed), notBefore, notAfter, keyType, authority, keyUsages, purposes, extensions);
    }

    public CertificateSpec withValidity(Instant from, Instant to) {
        return new CertificateSpec(subject, names, from, to, keyType, authority, keyUsages, purposes, extensions);
    }

    public CertificateSpec withKeyType(KeyType changed) {
        return new CertificateSpec(
                subject, names, notBefore, notAfter, changed, authority, keyUsages, purposes, extensions);
    }

    /** Makes it a CA with at most this many intermediates under it. */
    public CertificateSpec withPathLength(int pathLength) {
        return new CertificateSpec(
                subject,
                names,
                notBefore,
                notAfter,
                keyType,
                new Authority(pathLength),
                keyUsages,
                purposes,
                extensions);
    }

    public CertificateSpec withKeyUsages(KeyUse... changed) {
        return new CertificateSpec(
                subject, names, notBefore, notAfter, keyType, authority, Set.of(changed), purposes, extensions);
    }

    public CertificateSpec withPurposes(String... oids) {
        return new CertificateSpec(
                subject, names, notBefore, notAfter, keyType, authority, keyUsages, List.of(oids), extensions);
    }

    /** Adds an extension. */
    public CertificateSpec withExtension(String oid, boolean critical, byte[] der) {
        List<Extra> more = new ArrayList<>(extensions);
        more.add(new Extra(oid, critical, der.clone()));
        return new CertificateSpec(subject, names, notBefore, notAfter, keyType, authority, keyUsages, purposes, more);
    }
}
