package io.sallyport.cli;

import io.sallyport.pki.CertificateFiles;
import io.sallyport.pki.ChainVerifier;
import io.sallyport.pki.CrlSet;
import io.sallyport.pki.ExpectedNames;
import io.sallyport.pki.OcspJudge;
import io.sallyport.pki.OcspResponse;
import io.sallyport.pki.OcspSigners;
import io.sallyport.pki.OcspVerdicts;
import io.sallyport.pki.Purpose;
import io.sallyport.pki.Revocation;
import io.sallyport.pki.TrustAnchors;
import io.sallyport.pki.UnusableFileException;
import io.sallyport.pki.Verdict;
import io.sallyport.pki.VerifyOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** How chains are to be verified: the options of {@code cert verify}, and what they come to. */
@Command
final class VerifyOption {

    enum For {
        sslserver,
        sslclient,
        any
    }

    enum CrlCheck {
        none,
        leaf,
        all
    }

    enum CrlPolicyWord {
        hard,
        soft
    }

    static final class Time implements ITypeConverter<Instant> {
        @Override
        public Instant convert(String text) {
            try {
                return text.matches("\\d{1,12}") ? Instant.ofEpochSecond(Long.parseLong(text)) : Instant.parse(text);
            } catch (DateTimeException e) {
                throw new TypeConversionException(
                        "'" + text + "' is no time; expected seconds since 1970 or such as 2026-01-31T12:00:00Z");
            }
        }
    }

    @Option(names = "--ca", paramLabel = "FILE|DIR", description = "Whose certificates are trusted.")
    private List<Path> ca = new ArrayList<>();

    @Option(names = "--untrusted", paramLabel = "FILE", description = "Certificates that may stand between.")
    private List<Path> untrusted = new ArrayList<>();

    @Option(
            names = "--purpose",
            paramLabel = "sslserver|sslclient|any",
            defaultValue = "any",
            description = "What the certificate must be for. Default: any")
    private For purpose = For.any;

    @Option(
            names = "--depth",
            paramLabel = "N",
            defaultValue = "100",
            description = "Intermediates allowed between the certificate and the trusted one. Default: 100")
    private int depth = 100;

    @Option(
            names = "--at",
            paramLabel = "TIME",
            converter = Time.class,
            description = "When: seconds since 1970, or such as 2026-01-31T12:00:00Z. Default: now")
    private @Nullable Instant at;

    @Option(names = "--no-check-time", description = "Dates don't count.")
    private boolean noCheckTime;

    @Option(names = "--crl", paramLabel = "FILE|DIR", description = "Lists of revoked certificates.")
    private List<Path> crls = new ArrayList<>();

    @Option(
            names = "--crl-check",
            paramLabel = "none|leaf|all",
            description = "Whose revocation must be known. Default: all with --crl, else none")
    private @Nullable CrlCheck crlCheck;

    @Option(
            names = "--crl-policy",
            paramLabel = "hard|soft",
            defaultValue = "hard",
            description = "Whether to refuse where a CRL is missing or out of date. Default: hard")
    private CrlPolicyWord crlPolicy = CrlPolicyWord.hard;

    @Option(
            names = "--ocsp-response",
            paramLabel = "FILE",
            description = "An OCSP response, DER or PEM, that must say good of the certificate. Without a certificate:"
                    + " whether its signer may speak for its issuer; its dates aren't asked then.")
    private @Nullable Path ocspResponse;

    @Option(names = "--name", paramLabel = "HOST", description = "The DNS name or IP address that it must be for.")
    private @Nullable String name;

    @Option(names = "--ip", paramLabel = "IP", description = "The IP address that it must be for.")
    private @Nullable String ip;

    @Option(names = "--email", paramLabel = "MAILBOX", description = "The mailbox that it must be for.")
    private @Nullable String email;

    @Option(names = "--uri", paramLabel = "URI", description = "The URI that it must be for, such as a SPIFFE id.")
    private @Nullable String uri;

    @Option(names = "--common-names", description = "The common name counts as host name where there is no DNS name.")
    private boolean commonNames;

    @Option(
            names = "--partial-chain",
            description = "Any trusted certificate ends a chain, as in a profile; without it a self-signed one must.")
    private boolean partialChain;

    @Option(names = "--policy", paramLabel = "OID", description = "A certificate policy that is accepted.")
    private List<String> policies = new ArrayList<>();

    @Option(names = "--explicit-policy", description = "One of the accepted policies must hold.")
    private boolean explicitPolicy;

    @Option(names = "--inhibit-any", description = "anyPolicy doesn't stand for every policy.")
    private boolean inhibitAny;

    @Option(names = "--inhibit-map", description = "Policies aren't mapped.")
    private boolean inhibitMap;

    @Option(
            names = "--level",
            paramLabel = "0-5",
            defaultValue = "2",
            description = "OpenSSL's security level: how strong keys and signatures must be. Default: 2")
    private int level = 2;

    @Option(names = "--strict", description = "Each certificate must obey RFC 5280 to the letter.")
    private boolean strict;

    /**
     * Verifies the first certificate of a file; what follows it may stand between.
     *
     * @throws UnusableFileException if a file can't be read, or holds nothing of its kind
     * @throws IllegalArgumentException if options contradict each other
     */
    Verdict verify(Path target) throws UnusableFileException {
        return verify(CertificateFiles.read(target));
    }

    /** As {@link #verify(Path)}, of certificates that were read another way. */
    Verdict verify(List<X509Certificate> target) throws UnusableFileException {
        List<X509Certificate> chain = new ArrayList<>(target);
        for (Path file : untrusted) {
            chain.addAll(CertificateFiles.read(file));
        }
        VerifyOptions options = options();
        Instant when = at == null ? Instant.now() : at;
        Verdict verdict =
                new ChainVerifier(anchors(), options).verifyFor(chain, new ExpectedNames(name, ip, email, uri), when);
        return verdict instanceof Verdict.Trusted trusted && ocspResponse != null
                ? OcspVerdicts.of(OcspResponse.read(ocspResponse), new OcspJudge(options), trusted, when)
                : verdict;
    }

    /** The OCSP response, where one is given. */
    @Nullable
    Path ocspResponse() {
        return ocspResponse;
    }

    /**
     * Whether whoever signed the OCSP response may speak for the issuer of the certificates that it is about.
     *
     * @throws UnusableFileException if a file can't be read, or holds nothing of its kind
     */
    Verdict verify(OcspResponse response) throws UnusableFileException {
        List<X509Certificate> between = new ArrayList<>();
        for (Path file : untrusted) {
            between.addAll(CertificateFiles.read(file));
        }
        return new OcspSigners(anchors(), between, options()).verify(response, at == null ? Instant.now() : at);
    }

    boolean trustsNobody() {
        return ca.isEmpty();
    }

    private TrustAnchors anchors() throws UnusableFileException {
        Set<X509Certificate> anchors = new LinkedHashSet<>();
        for (Path path : ca) {
            anchors.addAll(
                    Files.isDirectory(path)
                            ? CertificateFiles.readDirectory(path)
                            : CertificateFiles.readTrusted(path));
        }
        return new TrustAnchors(List.copyOf(anchors));
    }

    private VerifyOptions options() throws UnusableFileException {
        Set<String> accepted = policies.stream()
                .map(policy -> policy.equals("anyPolicy") ? VerifyOptions.ANY_POLICY : policy)
                .collect(Collectors.toSet());
        return VerifyOptions.of(depth, purpose())
                .withLevel(level)
                .withPartialChain(partialChain)
                .withStrict(strict)
                .withCheckTime(!noCheckTime)
                .withCommonNames(commonNames)
                .withPolicy(new VerifyOptions.PolicyInput(accepted, explicitPolicy, inhibitAny, inhibitMap))
                .withRevocation(new Revocation(crlSet(), extent(), policy()));
    }

    private Purpose purpose() {
        return switch (purpose) {
            case sslserver -> Purpose.TLS_SERVER;
            case sslclient -> Purpose.TLS_CLIENT;
            case any -> Purpose.ANY;
        };
    }

    private CrlSet crlSet() throws UnusableFileException {
        List<X509CRL> all = new ArrayList<>();
        for (Path path : crls) {
            all.addAll(CrlSet.load(path).crls());
        }
        return CrlSet.of(all);
    }

    private Revocation.Extent extent() {
        CrlCheck check = crlCheck;
        if (check == null) {
            check = crls.isEmpty() ? CrlCheck.none : CrlCheck.all;
        }
        return switch (check) {
            case none -> Revocation.Extent.NONE;
            case leaf -> Revocation.Extent.LEAF;
            case all -> Revocation.Extent.ALL;
        };
    }

    private Revocation.Policy policy() {
        return crlPolicy == CrlPolicyWord.hard ? Revocation.Policy.HARD : Revocation.Policy.SOFT;
    }
}
