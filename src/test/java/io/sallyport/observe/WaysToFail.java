package io.sallyport.observe;

import static io.sallyport.fault.Refusal.Fact.DATES;
import static io.sallyport.fault.Refusal.Fact.EXPECTED;
import static io.sallyport.fault.Refusal.Fact.FOUND;

import io.sallyport.TestPki;
import io.sallyport.fault.Alert;
import io.sallyport.fault.Refusal;
import io.sallyport.fault.Refusal.Fact;
import io.sallyport.pki.CertificateAuthority;
import io.sallyport.pki.CertificateSpec;
import io.sallyport.pki.Credential;
import io.sallyport.pki.CrlSpec;
import io.sallyport.pki.PemWriter;
import io.sallyport.profile.AllowList;
import io.sallyport.profile.CrlPolicy;
import io.sallyport.profile.Profile;
import io.sallyport.profile.Protocol;
import io.sallyport.profile.VerifyMode;
import io.sallyport.relay.RelayRig;
import io.sallyport.tls.Side;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralSubtree;
import org.bouncycastle.asn1.x509.NameConstraints;
import org.jspecify.annotations.Nullable;

/** The ways in which a peer can fail, each with what has to be told of it. */
final class WaysToFail {

    /**
     * One way.
     *
     * @param name for people
     * @param side ours: a server meets a bad client, a client a bad upstream
     * @param profile ours
     * @param peer what the peer does
     * @param refusal how it has to end
     * @param alert what the peer reads, or null where it reads none
     * @param facts what has to stand in the line
     */
    record Way(
            String name,
            Side side,
            UnaryOperator<Profile> profile,
            Doing peer,
            Refusal refusal,
            @Nullable Alert alert,
            Map<Fact, String> facts) {

        Way says(Fact fact, String text) {
            Map<Fact, String> more = new EnumMap<>(Fact.class);
            more.putAll(facts);
            more.put(fact, text);
            return new Way(name, side, profile, peer, refusal, alert, more);
        }

        Way at(int depth, String subject) {
            return says(Fact.DEPTH, "depth " + depth).says(Fact.SUBJECT, "subject '" + subject + "'");
        }

        Way with(UnaryOperator<Profile> changed) {
            return new Way(name, side, changed, peer, refusal, alert, facts);
        }

        Way reads(Alert other) {
            return new Way(name, side, profile, peer, refusal, other, facts);
        }

        @Override
        public String toString() {
            return side.label() + ": " + name;
        }
    }

    /** What a peer does. */
    sealed interface Doing {

        /** Does a handshake, with this certificate or none. */
        record Handshake(@Nullable Supplier<Credential> shown, String version) implements Doing {}

        /** Says this in plain, and waits for the end. */
        record Says(byte[] bytes) implements Doing {}

        /** Ends the connection by a FIN or a RST. */
        record Leaves(boolean reset) implements Doing {}

        /** Trusts another root than ours. */
        record Distrusts(String version) implements Doing {}
    }

    private static final String TLS_1_2 = "TLSv1.2";
    private static final String TLS_1_3 = "TLSv1.3";
    private static final String CLIENT = "CN=client.test,O=Orders";
    private static final String SERVER = "CN=server.test";
    private static final CertificateAuthority ROOT = TestPki.trustedRoot();
    private static final String ROOT_NAME = "CN=Trusted Root,O=Sallyport Test";

    private WaysToFail() {}

    static List<Way> all() {
        List<Way> ways = new ArrayList<>();
        for (String version : List.of(TLS_1_2, TLS_1_3)) {
            ways.addAll(dates(version));
            ways.addAll(issuers(version));
            ways.addAll(contents(version));
            ways.addAll(revocation(version));
            ways.addAll(upstreams(version));
        }
        ways.addAll(negotiation());
        ways.addAll(strangers());
        return ways;
    }

    // Rows.

    private static List<Way> dates(String version) {
        X509Certificate expired = TestPki.CLIENT_EXPIRED.leaf();
        X509Certificate early = TestPki.CLIENT_NOT_YET_VALID.leaf();
        Instant lately = Instant.now().minusSeconds(3600);
        CertificateAuthority old =
                ROOT.intermediate(CertificateSpec.ca("CN=Old").withValidity(lately.minus(Duration.ofDays(1)), lately));
        return List.of(
                client("expired", version, TestPki.CLIENT_EXPIRED, Refusal.CERTIFICATE_EXPIRED)
                        .says(DATES, "expired at " + expired.getNotAfter().toInstant()),
                client("not yet valid", version, TestPki.CLIENT_NOT_YET_VALID, Refusal.CERTIFICATE_NOT_YET_VALID)
                        .says(DATES, "is valid from " + early.getNotBefore().toInstant()),
                client("expired intermediate", version, () -> old.issue(person()), Refusal.CERTIFICATE_EXPIRED)
                        .at(1, "CN=Old")
                        .says(
                                DATES,
                                "expired at " + old.certificate().getNotAfter().toInstant()));
    }

    private static List<Way> issuers(String version) {
        CertificateAuthority short0 =
                ROOT.intermediate(CertificateSpec.ca("CN=Short").withPathLength(0));
        CertificateAuthority other = TestPki.otherRoot();
        return List.of(
                client("of another CA", version, TestPki.CLIENT_OTHER_CA, Refusal.UNKNOWN_CA)
                        .says(FOUND, "CN=Other Root"),
                client("without its intermediate", version, TestPki.CLIENT_WITHOUT_ITS_INTERMEDIATE, Refusal.UNKNOWN_CA)
                        .says(FOUND, "CN=First Intermediate"),
                client("of a root with the right name", version, TestPki.CLIENT_FORGED_CA, Refusal.UNKNOWN_CA)
                        .says(FOUND, ROOT_NAME),
                client("altered", version, WaysToFail::altered, Refusal.BAD_SIGNATURE)
                        .says(FOUND, "isn't signed by the key of " + ROOT_NAME),
                client("self-signed", version, TestPki.CLIENT_SELF_SIGNED, Refusal.SELF_SIGNED),
                client("brings its own root", version, () -> withRoot(other), Refusal.SELF_SIGNED_IN_CHAIN)
                        .at(1, "CN=Other Root,O=Sallyport Test"),
                client("chain too long", version, TestPki.CLIENT_VIA_TWO_INTERMEDIATES, Refusal.CHAIN_TOO_LONG)
                        .with(profile ->
                                RelayRig.profile(profile.name(), TestPki.SERVER_TRUSTED, VerifyMode.REQUIRED, 1))
                        .at(2, "CN=First Intermediate,O=Sallyport Test")
                        .says(EXPECTED, "depth allows, 1"),
                client("issued by a leaf", version, TestPki.CLIENT_VIA_LEAF, Refusal.INVALID_CA)
                        .at(1, CLIENT)
                        .says(EXPECTED, "CA:TRUE")
                        .says(FOUND, "issued a certificate"),
                client(
                                "path length",
                                version,
                                () -> short0.intermediate("CN=Below").issue(person()),
                                Refusal.PATH_LENGTH_EXCEEDED)
                        .at(2, "CN=Short")
                        .says(EXPECTED, "allows 0 intermediates")
                        .says(FOUND, "there are 1"));
    }

    private static List<Way> contents(String version) {
        return List.of(
                client("a server's certificate", version, TestPki.CLIENT_WITH_SERVER_PURPOSE, Refusal.WRONG_PURPOSE)
                        .at(0, "CN=client.test")
                        .says(EXPECTED, "needed is")
                        .says(FOUND, "is for"),
                client(
                                "no digital signature",
                                version,
                                () -> ROOT.issue(person().withKeyUsages(CertificateSpec.KeyUse.KEY_ENCIPHERMENT)),
                                Refusal.WRONG_PURPOSE)
                        // BoringSSL looks itself before it asks us.
                        .reads(version.equals(TLS_1_3) ? Alert.ILLEGAL_PARAMETER : Alert.UNSUPPORTED_CERTIFICATE)
                        .says(Fact.SUBJECT, version.equals(TLS_1_3) ? "subject not read" : CLIENT)
                        .says(EXPECTED, "digitalSignature")
                        .says(FOUND, "keyUsage without"),
                client(
                                "a critical extension",
                                version,
                                () -> ROOT.issue(person().withExtension("1.2.3.4", true, new byte[] {5, 0})),
                                Refusal.UNHANDLED_CRITICAL_EXTENSION)
                        .says(FOUND, "1.2.3.4"),
                client(
                                "outside of its CA's names",
                                version,
                                () -> constrained().issue(person()),
                                Refusal.NAME_NOT_PERMITTED)
                        .says(EXPECTED, "CN=Constrained")
                        .says(FOUND, "client.test"),
                client("a short key", version, WaysToFail::shortKey, Refusal.WEAK_KEY)
                        .says(EXPECTED, "112 bits")
                        .says(FOUND, "1024"),
                client("not on the list", version, TestPki.CLIENT_TRUSTED, Refusal.NOT_ALLOWED)
                        .with(profile ->
                                profile.narrowedBy(new AllowList(Map.of(AllowList.Kind.CN, Set.of("somebody.else")))))
                        .says(EXPECTED, "somebody.else")
                        .says(FOUND, "client.test"),
                client("a chain without end", version, () -> huge(200), Refusal.CHAIN_TOO_LARGE)
                        .with(profile -> withMaxCertList(profile, 16 * 1024))
                        .says(EXPECTED, "16384 bytes of max-cert-list"));
    }

    private static List<Way> revocation(String version) {
        Instant now = Instant.now();
        Instant past = now.minus(Duration.ofDays(1));
        Instant future = now.plus(Duration.ofDays(1));
        CrlSpec empty = CrlSpec.validUntil(future);
        CrlSpec old = empty.withUpdates(past.minus(Duration.ofDays(1)), past);
        CrlSpec early = empty.withUpdates(future, future.plus(Duration.ofDays(1)));
        CrlSpec revoking =
                empty.revoke(TestPki.CLIENT_TRUSTED.leaf().getSerialNumber(), past, CrlSpec.Reason.KEY_COMPROMISE);
        return List.of(
                client("revoked", version, TestPki.CLIENT_TRUSTED, Refusal.REVOKED)
                        .with(profile -> withCrl(profile, ROOT, revoking))
                        .says(DATES, "was revoked at " + past.truncatedTo(ChronoUnit.SECONDS)),
                client("no CRL of its issuer", version, TestPki.CLIENT_TRUSTED, Refusal.CRL_MISSING)
                        .with(profile -> withCrl(profile, TestPki.otherRoot(), empty))
                        .says(FOUND, ROOT_NAME),
                client("CRL expired", version, TestPki.CLIENT_TRUSTED, Refusal.CRL_EXPIRED)
                        .with(profile -> withCrl(profile, ROOT, old))
                        .says(DATES, "expired at " + past.truncatedTo(ChronoUnit.SECONDS))
                        .says(FOUND, ROOT_NAME),
                client("CRL not yet valid", version, TestPki.CLIENT_TRUSTED, Refusal.CRL_NOT_YET_VALID)
                        .with(profile -> withCrl(profile, ROOT, early))
                        .says(DATES, "valid from " + future.truncatedTo(ChronoUnit.SECONDS))
                        .says(FOUND, ROOT_NAME));
    }

    private static List<Way> upstreams(String version) {
        return List.of(
                upstream("expired", version, TestPki.SERVER_EXPIRED, Refusal.CERTIFICATE_EXPIRED)
                        .says(
                                DATES,
                                "expired at "
                                        + TestPki.SERVER_EXPIRED
                                                .leaf()
                                                .getNotAfter()
                                                .toInstant()),
                upstream("not yet valid", version, TestPki.SERVER_NOT_YET_VALID, Refusal.CERTIFICATE_NOT_YET_VALID)
                        .says(
                                DATES,
                                "is valid from "
                                        + TestPki.SERVER_NOT_YET_VALID
                                                .leaf()
                                                .getNotBefore()
                                                .toInstant()),
                upstream("of another CA", version, TestPki.SERVER_OTHER_CA, Refusal.UNKNOWN_CA)
                        .says(FOUND, "CN=Other Root"),
                upstream("self-signed", version, TestPki.SERVER_SELF_SIGNED, Refusal.SELF_SIGNED),
                upstream("for another name", version, TestPki.SERVER_WRONG_NAME, Refusal.NAME_MISMATCH)
                        .at(0, "CN=other.test")
                        .says(EXPECTED, "is not for 127.0.0.1")
                        .says(FOUND, "it is for DNS:other.test"),
                upstream("a client's certificate", version, TestPki.SERVER_WITH_CLIENT_PURPOSE, Refusal.WRONG_PURPOSE)
                        .says(EXPECTED, "needed is")
                        .says(FOUND, "is for"),
                upstream("chain too long", version, TestPki.SERVER_VIA_TWO_INTERMEDIATES, Refusal.CHAIN_TOO_LONG)
                        .with(profile ->
                                RelayRig.profile(profile.name(), TestPki.CLIENT_TRUSTED, VerifyMode.REQUIRED, 0))
                        .at(1, "CN=Second Intermediate,O=Sallyport Test")
                        .says(EXPECTED, "depth allows, 0"),
                new Way(
                                "distrusts us",
                                Side.CLIENT,
                                profile -> RelayRig.profile(
                                        profile.name(), TestPki.CLIENT_OTHER_CA, VerifyMode.REQUIRED, 100),
                                new Doing.Handshake(TestPki.SERVER_TRUSTED::credential, version),
                                Refusal.PEER_ALERT,
                                null,
                                Map.of())
                        .says(FOUND, "certificate_unknown"));
    }

    private static List<Way> negotiation() {
        Supplier<Credential> good = TestPki.CLIENT_TRUSTED::credential;
        Supplier<Credential> server = TestPki.SERVER_TRUSTED::credential;
        return List.of(
                new Way(
                        "no certificate",
                        Side.SERVER,
                        UnaryOperator.identity(),
                        new Doing.Handshake(null, TLS_1_3),
                        Refusal.NO_CERTIFICATE,
                        Alert.CERTIFICATE_REQUIRED,
                        Map.of()),
                new Way(
                        "no certificate",
                        Side.SERVER,
                        UnaryOperator.identity(),
                        new Doing.Handshake(null, TLS_1_2),
                        Refusal.NO_CERTIFICATE,
                        Alert.HANDSHAKE_FAILURE,
                        Map.of()),
                new Way(
                                "an older version",
                                Side.SERVER,
                                profile -> withProtocols(profile, Protocol.TLS_1_3),
                                new Doing.Handshake(good, TLS_1_2),
                                Refusal.UNSUPPORTED_PROTOCOL,
                                Alert.PROTOCOL_VERSION,
                                Map.of())
                        .says(EXPECTED, "the profile has TLSv1.3"),
                new Way(
                                "no shared group",
                                Side.SERVER,
                                profile -> withGroups(profile, "X25519MLKEM768"),
                                new Doing.Handshake(good, TLS_1_3),
                                Refusal.NO_SHARED_CIPHER,
                                Alert.HANDSHAKE_FAILURE,
                                Map.of())
                        .says(EXPECTED, "the groups X25519MLKEM768"),
                new Way(
                                "an older version",
                                Side.CLIENT,
                                profile -> withProtocols(profile, Protocol.TLS_1_3),
                                new Doing.Handshake(server, TLS_1_2),
                                Refusal.PEER_ALERT,
                                null,
                                Map.of())
                        .says(FOUND, "protocol_version"));
    }

    private static List<Way> strangers() {
        UnaryOperator<Profile> same = UnaryOperator.identity();
        byte[] ssh = "SSH-2.0-OpenSSH_9.2\r\n".getBytes(StandardCharsets.US_ASCII);
        byte[] http = "GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        byte[] garbage = {22, 3, 1, 0, 8, 1, 0, 0, 4, 9, 9, 9, 9};
        return List.of(
                new Way("another protocol", Side.SERVER, same, new Doing.Says(ssh), Refusal.NOT_TLS, null, Map.of())
                        .says(FOUND, "SSH-2"),
                new Way("plain HTTP", Side.SERVER, same, new Doing.Says(http), Refusal.NOT_TLS_HTTP, null, Map.of()),
                new Way(
                        "a broken hello",
                        Side.SERVER,
                        same,
                        new Doing.Says(garbage),
                        Refusal.BAD_HANDSHAKE,
                        null,
                        Map.of()),
                new Way(
                                "nothing",
                                Side.SERVER,
                                same,
                                new Doing.Says(new byte[0]),
                                Refusal.HANDSHAKE_TIMEOUT,
                                null,
                                Map.of())
                        .says(EXPECTED, "within 400 ms"),
                new Way("FIN", Side.SERVER, same, new Doing.Leaves(false), Refusal.PEER_CLOSED, null, Map.of()),
                new Way("RST", Side.SERVER, same, new Doing.Leaves(true), Refusal.PEER_RESET, null, Map.of()),
                new Way(
                                "distrusts us",
                                Side.SERVER,
                                same,
                                new Doing.Distrusts(TLS_1_2),
                                Refusal.PEER_ALERT,
                                null,
                                Map.of())
                        .says(FOUND, "certificate_unknown"),
                new Way(
                                "distrusts us",
                                Side.SERVER,
                                same,
                                new Doing.Distrusts(TLS_1_3),
                                Refusal.PEER_ALERT,
                                null,
                                Map.of())
                        .says(FOUND, "certificate_unknown"),
                new Way("another protocol", Side.CLIENT, same, new Doing.Says(ssh), Refusal.NOT_TLS, null, Map.of())
                        .says(FOUND, "SSH-2"),
                new Way(
                                "nothing",
                                Side.CLIENT,
                                same,
                                new Doing.Says(new byte[0]),
                                Refusal.HANDSHAKE_TIMEOUT,
                                null,
                                Map.of())
                        .says(EXPECTED, "within 400 ms"),
                new Way("FIN", Side.CLIENT, same, new Doing.Leaves(false), Refusal.PEER_CLOSED, null, Map.of()),
                new Way("RST", Side.CLIENT, same, new Doing.Leaves(true), Refusal.PEER_RESET, null, Map.of()));
    }

    // How they are written.

    private static Way client(String name, String version, TestPki role, Refusal refusal) {
        return client(name, version, role::credential, refusal);
    }

    private static Way client(String name, String version, Supplier<Credential> shown, Refusal refusal) {
        return new Way(
                        name + ", " + version,
                        Side.SERVER,
                        UnaryOperator.identity(),
                        new Doing.Handshake(shown, version),
                        refusal,
                        refusal.alert(),
                        Map.of())
                .at(0, CLIENT);
    }

    private static Way upstream(String name, String version, TestPki role, Refusal refusal) {
        return new Way(
                        name + ", " + version,
                        Side.CLIENT,
                        UnaryOperator.identity(),
                        new Doing.Handshake(role::credential, version),
                        refusal,
                        refusal.alert(),
                        Map.of())
                .at(0, SERVER);
    }

    private static CertificateSpec person() {
        return CertificateSpec.client(CLIENT, "DNS:client.test");
    }

    private static Credential withRoot(CertificateAuthority root) {
        Credential below = root.issue(person());
        return new Credential(List.of(below.leaf(), root.certificate()), below.key());
    }

    private static CertificateAuthority constrained() {
        try {
            NameConstraints constraints = new NameConstraints(
                    new GeneralSubtree[] {new GeneralSubtree(new GeneralName(GeneralName.dNSName, "permitted.test"))},
                    null);
            return ROOT.intermediate(CertificateSpec.ca("CN=Constrained")
                    .withExtension(Extension.nameConstraints.getId(), true, constraints.getEncoded()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** With another signature than its issuer made. */
    private static Credential altered() {
        try {
            Credential good = ROOT.issue(person());
            byte[] der = good.leaf().getEncoded();
            der[der.length - 1] ^= 1;
            X509Certificate altered = (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
            return new Credential(List.of(altered), good.key());
        } catch (CertificateException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Credential shortKey() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(1024);
            KeyPair pair = generator.generateKeyPair();
            return new Credential(List.of(ROOT.certify(person(), pair.getPublic())), pair.getPrivate());
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** With as many names of 120 bytes. */
    private static Credential huge(int names) {
        String[] all = new String[names];
        for (int i = 0; i < names; i++) {
            all[i] = "DNS:" + "x".repeat(56) + String.format("%04d", i) + "." + "y".repeat(60) + ".test";
        }
        return ROOT.issue(CertificateSpec.client(CLIENT, all));
    }

    private static Profile withCrl(Profile profile, CertificateAuthority issuer, CrlSpec spec) {
        try {
            Path file = TestPki.temporaryDirectory("crl").resolve("list.crl");
            Files.writeString(file, PemWriter.text(issuer.crl(spec)));
            return profile.withTrust(profile.trust().withCrls(new Profile.Crls(file, CrlPolicy.HARD)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Profile withMaxCertList(Profile profile, int bytes) {
        Profile.Negotiation now = profile.negotiation();
        return with(profile, new Profile.Negotiation(now.ciphers(), now.protocols(), now.groups(), now.alpn(), bytes));
    }

    static Profile withProtocols(Profile profile, Protocol only) {
        Profile.Negotiation now = profile.negotiation();
        return with(profile, new Profile.Negotiation(now.ciphers(), List.of(only), now.groups(), now.alpn()));
    }

    private static Profile withGroups(Profile profile, String only) {
        Profile.Negotiation now = profile.negotiation();
        return with(profile, new Profile.Negotiation(now.ciphers(), now.protocols(), List.of(only), now.alpn()));
    }

    private static Profile with(Profile profile, Profile.Negotiation negotiation) {
        return new Profile(profile.name(), profile.own(), profile.trust(), negotiation, profile.peerName());
    }
}
