package io.sallyport.profile;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A named TLS identity and policy: what an {@code SSL_CTX} holds in OpenSSL's terms.
 *
 * @param name the key under {@code sallyport.profiles}
 * @param own the certificate that is shown to peers, or null where none is
 * @param trust whom the profile lets in, and how it finds out
 * @param negotiation what it offers and accepts in a handshake
 * @param peerName the name that a server must have when this profile connects
 * @param session whether and how an earlier connection saves a later one the full handshake
 * @param keyLog where the secrets of every connection are written, or null, as it should be, for nowhere
 */
public record Profile(
        String name,
        @Nullable OwnCertificate own,
        Trust trust,
        Negotiation negotiation,
        PeerName peerName,
        Session session,
        @Nullable Path keyLog) {

    /** Without a key log. */
    public Profile(
            String name,
            @Nullable OwnCertificate own,
            Trust trust,
            Negotiation negotiation,
            PeerName peerName,
            Session session) {
        this(name, own, trust, negotiation, peerName, session, null);
    }

    /** With the default sessions. */
    public Profile(String name, @Nullable OwnCertificate own, Trust trust, Negotiation negotiation, PeerName peerName) {
        this(name, own, trust, negotiation, peerName, Session.DEFAULT);
    }

    /** The same with other sessions. */
    public Profile withSession(Session other) {
        return new Profile(name, own, trust, negotiation, peerName, other, keyLog);
    }

    /** The word in place of {@code ca} that stands for what the operating system trusts. */
    public static final String SYSTEM_CA = "system";

    /** OpenSSL's cipher string of a profile that sets none: forward secrecy and AEAD only. */
    public static final String DEFAULT_CIPHERS = "ECDHE+AESGCM:ECDHE+CHACHA20";

    /** Intermediates allowed in a profile that sets no depth: OpenSSL's default. */
    public static final int DEFAULT_DEPTH = 100;

    /** The groups of a profile that sets none, most wanted first. */
    public static final List<String> DEFAULT_GROUPS = List.of("X25519MLKEM768", "X25519", "P-256");

    /** The groups that can be chosen. */
    public static final List<String> KNOWN_GROUPS =
            List.of("X25519MLKEM768", "MLKEM1024", "X25519", "P-256", "P-384", "P-521");

    /** The most intermediates that can be allowed. */
    public static final int MAX_DEPTH = 100;

    /** The same with another trust. */
    public Profile withTrust(Trust other) {
        return new Profile(name, own, other, negotiation, peerName, session, keyLog);
    }

    /** The same that offers something else. */
    public Profile withNegotiation(Negotiation other) {
        return new Profile(name, own, trust, other, peerName, session, keyLog);
    }

    /** The same that writes the secrets of its connections to a file. */
    public Profile withKeyLog(Path file) {
        return new Profile(name, own, trust, negotiation, peerName, session, file);
    }

    /** The same, letting in only those who are on {@code list} too. */
    public Profile narrowedBy(AllowList list) {
        return list.isEmpty() ? this : withTrust(trust.withAllow(list));
    }

    /** The files and directories that its material is read from, but for those of the operating system. */
    public List<Path> files() {
        List<Path> files = new ArrayList<>();
        if (own != null) {
            files.add(own.cert());
            files.add(own.key());
            if (own.keyPasswordFile() != null) {
                files.add(own.keyPasswordFile());
            }
        }
        if (trust.ca() != null && !SYSTEM_CA.equals(trust.ca())) {
            files.add(Path.of(trust.ca()));
        }
        if (trust.crls() != null) {
            files.add(trust.crls().path());
        }
        return List.copyOf(files);
    }

    /**
     * Files of a certificate chain and its private key.
     *
     * @param cert PEM, leaf first
     * @param key PEM; may be the same file as {@code cert}
     * @param keyPasswordFile holds the passphrase of an encrypted key in its first line, or null
     * @param stapling that clients are shown an OCSP response with it, or null
     */
    public record OwnCertificate(
            Path cert,
            Path key,
            @Nullable Path keyPasswordFile,
            @Nullable Stapling stapling) {

        /** With nothing stapled. */
        public OwnCertificate(Path cert, Path key, @Nullable Path keyPasswordFile) {
            this(cert, key, keyPasswordFile, null);
        }

        public OwnCertificate withStapling(Stapling other) {
            return new OwnCertificate(cert, key, keyPasswordFile, other);
        }
    }

    /**
     * Whom a profile trusts.
     *
     * @param ca a bundle, a directory, or {@code system}; null only with {@link VerifyMode#NONE}
     * @param verify whether a certificate is asked for and whether it must be there
     * @param depth intermediates allowed between leaf and trust anchor, 0 to 100 (OpenSSL 3's meaning of verify depth)
     * @param crls which revoked certificates are known, or null where none is asked for
     * @param commonNames whether a common name may be the host's name where a server's certificate has no DNS name
     * @param allow whom of those the CA vouches for it lets in: a peer must be on each of these lists, none of which is empty
     * @param ocsp whether the issuer is asked for the state of the peer's certificate
     */
    public record Trust(
            @Nullable String ca,
            VerifyMode verify,
            int depth,
            @Nullable Crls crls,
            boolean commonNames,
            List<AllowList> allow,
            OcspCheck ocsp) {

        /** With no CRL, no allow list, and no OCSP. */
        public Trust(@Nullable String ca, VerifyMode verify, int depth) {
            this(ca, verify, depth, null, false, List.of(), OcspCheck.OFF);
        }

        public Trust {
            allow = allow.stream().filter(list -> !list.isEmpty()).toList();
            if (ca == null && verify != VerifyMode.NONE) {
                throw new IllegalArgumentException("verify " + verify.label() + " needs a ca");
            }
            if (depth < 0 || depth > MAX_DEPTH) {
                throw new IllegalArgumentException("depth " + depth + " is not from 0 to " + MAX_DEPTH);
            }
            if (verify == VerifyMode.NONE && (crls != null || !allow.isEmpty() || ocsp.isOn())) {
                throw new IllegalArgumentException("with verify none nobody is asked who they are");
            }
        }

        public Trust withCrls(Crls other) {
            return new Trust(ca, verify, depth, other, commonNames, allow, ocsp);
        }

        public Trust withCommonNames() {
            return new Trust(ca, verify, depth, crls, true, allow, ocsp);
        }

        public Trust withOcsp(OcspCheck other) {
            return new Trust(ca, verify, depth, crls, commonNames, allow, other);
        }

        /** Narrowed by one more list. */
        public Trust withAllow(AllowList more) {
            return new Trust(
                    ca,
                    verify,
                    depth,
                    crls,
                    commonNames,
                    Stream.concat(allow.stream(), Stream.of(more)).toList(),
                    ocsp);
        }

        /** The one answer to "must a peer be proven?", asked by context, verifier and log alike. */
        public boolean verifies() {
            return verify != VerifyMode.NONE;
        }
    }

    /**
     * Where revoked certificates are listed.
     *
     * @param path a file of one or more CRLs, or a directory of such files
     * @param policy what happens where they don't tell
     */
    public record Crls(Path path, CrlPolicy policy) {}

    /**
     * What a profile offers and accepts.
     *
     * @param ciphers OpenSSL cipher string for TLS 1.2
     * @param protocols the versions, in ascending order, never empty
     * @param groups key exchange groups by OpenSSL's names, most wanted first, never empty
     * @param alpn protocol names, most wanted first; empty: no ALPN
     * @param maxCertList bytes that a peer's chain may take in the handshake
     */
    public record Negotiation(
            String ciphers, List<Protocol> protocols, List<String> groups, List<String> alpn, int maxCertList) {

        /** OpenSSL's default for {@code SSL_CTX_set_max_cert_list}; BoringSSL's own, 16 KiB, is too small for some chains. */
        public static final int DEFAULT_MAX_CERT_LIST = 100 * 1024;

        /** With the default bound of a peer's chain. */
        public Negotiation(String ciphers, List<Protocol> protocols, List<String> groups, List<String> alpn) {
            this(ciphers, protocols, groups, alpn, DEFAULT_MAX_CERT_LIST);
        }

        public Negotiation {
            protocols = protocols.stream().sorted().toList();
            groups = List.copyOf(groups);
            alpn = List.copyOf(alpn);
            if (protocols.isEmpty() || groups.isEmpty()) {
                throw new IllegalArgumentException("at least one protocol and one group are needed");
            }
        }
    }

    /**
     * How sessions are resumed.
     *
     * @param enabled false: by no means, in no version
     * @param cacheSize the most sessions that are kept, at least 1; those in tickets are kept by the clients
     * @param timeout how long after its full handshake a session can be resumed; 1 second to 7 days (RFC 8446, section
     *     4.6.1)
     * @param tickets whether clients are given tickets; without them TLS 1.3 has no resumption
     * @param ticketKeys the directory of the keys that seal tickets, or null: they are made up
     * @param ticketRotate how long a made-up key seals new tickets
     */
    public record Session(
            boolean enabled,
            int cacheSize,
            Duration timeout,
            boolean tickets,
            @Nullable Path ticketKeys,
            Duration ticketRotate) {

        /** The longest that a ticket may be valid. */
        public static final Duration LONGEST = Duration.ofDays(7);

        public static final Session DEFAULT =
                new Session(true, 20_480, Duration.ofMinutes(5), true, null, Duration.ofHours(12));

        public Session {
            if (cacheSize < 1) {
                throw new IllegalArgumentException("room for at least one session is needed");
            }
            if (timeout.toSeconds() < 1 || timeout.compareTo(LONGEST) > 0) {
                throw new IllegalArgumentException("timeout " + timeout + " is not from 1 second to 7 days");
            }
        }
    }
}
