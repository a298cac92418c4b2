package io.sallyport.pki;

import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CRLException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The CRLs of a profile, of any number of issuers, complete ones and deltas. Immutable: new files make a new set.
 */
public final class CrlSet {

    public static final CrlSet EMPTY = new CrlSet(List.of());

    private final List<Crl> all;
    private final Map<DistinguishedName, List<Crl>> byIssuer = new HashMap<>();
    private final List<Crl> indirect = new ArrayList<>();

    private CrlSet(List<Crl> all) {
        this.all = List.copyOf(all);
        for (Crl crl : all) {
            byIssuer.computeIfAbsent(crl.issuer(), issuer -> new ArrayList<>()).add(crl);
            CrlScope scope = crl.scope();
            if (scope != null && scope.indirect()) {
                indirect.add(crl);
            }
        }
    }

    /**
     * @throws IllegalArgumentException if an extension of one can't be read
     */
    public static CrlSet of(Collection<X509CRL> crls) {
        return distinct(crls.stream().map(Crl::new));
    }

    private static CrlSet distinct(Stream<Crl> crls) {
        Map<X509CRL, Crl> distinct = new LinkedHashMap<>();
        crls.forEach(crl -> distinct.putIfAbsent(crl.x509(), crl));
        return new CrlSet(List.copyOf(distinct.values()));
    }

    /**
     * The CRLs of a file (PEM, one block or many, or one in DER), or of all files of a directory that end in {@code .crl} or
     * {@code .pem}.
     *
     * @throws UnusableFileException if one can't be read, or a file holds none
     */
    public static CrlSet load(Path path) throws UnusableFileException {
        List<Path> files =
                Files.isDirectory(path) ? CertificateFiles.list(path, List.of(".crl", ".pem")) : List.of(path);
        List<Crl> crls = new ArrayList<>();
        for (Path file : files) {
            crls.addAll(read(file));
        }
        return distinct(crls.stream());
    }

    private static List<Crl> read(Path file) throws UnusableFileException {
        byte[] content = PemReader.bytes(file);
        if (CertificateFiles.isDer(content)) {
            return List.of(parse(file, new PemBlock("X509 CRL", Map.of(), content, 0)));
        }
        List<PemBlock> blocks = PemReader.parse(file, content);
        List<Crl> crls = new ArrayList<>();
        for (PemBlock block : blocks) {
            if (block.isCrl()) {
                crls.add(parse(file, block));
            }
        }
        if (crls.isEmpty()) {
            throw Lacking.of(
                    file,
                    content,
                    blocks,
                    "CRL",
                    "it needs a PEM block '-----BEGIN X509 CRL-----', or to be one CRL in DER");
        }
        return crls;
    }

    private static Crl parse(Path file, PemBlock block) throws UnusableFileException {
        try {
            return new Crl((X509CRL)
                    CertificateFactory.getInstance("X.509").generateCRL(new ByteArrayInputStream(block.der())));
        } catch (CRLException | CertificateException | RuntimeException e) {
            throw new UnusableFileException(
                    file, "holds a block" + block.place() + " that is labelled X509 CRL but is no readable CRL", null);
        }
    }

    public boolean isEmpty() {
        return all.isEmpty();
    }

    public List<X509CRL> crls() {
        return all.stream().map(Crl::x509).toList();
    }

    /** When the first of them is out of date; empty if none says so. */
    public Optional<Instant> nextUpdate() {
        return all.stream().flatMap(crl -> Stream.ofNullable(crl.nextUpdate())).min(Instant::compareTo);
    }

    /** When any of them begins or ends to be valid: what they say of a certificate may change then. */
    public Stream<Instant> dates() {
        return all.stream()
                .flatMap(crl -> Stream.concat(Stream.of(crl.thisUpdate()), Stream.ofNullable(crl.nextUpdate())));
    }

    /** SHA-256 over their content: the same for the same CRLs in any order, from any file. */
    public byte[] digest() {
        return ContentDigest.of(all, crl -> {
            try {
                return crl.x509().getEncoded();
            } catch (CRLException e) {
                throw new IllegalStateException("a CRL that was parsed has an encoding", e);
            }
        });
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof CrlSet that && Arrays.equals(digest(), that.digest());
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(digest());
    }

    /** What an operator should know of: CRLs that are out of date, or that say what isn't understood here. One sentence each. */
    public List<String> warnings(Instant now) {
        List<String> warnings = new ArrayList<>();
        for (Crl crl : all) {
            String which = (crl.isDelta() ? "the delta CRL of " : "the CRL of ") + crl.issuerText();
            if (crl.isExpired(now)) {
                warnings.add(which + " expired at " + crl.nextUpdate());
            } else if (crl.isNearlyExpired(now)) {
                warnings.add(which + " expires at " + crl.nextUpdate());
            }
            if (now.isBefore(crl.thisUpdate())) {
                warnings.add(which + " is valid only from " + crl.thisUpdate());
            }
            if (crl.notUnderstood() != null) {
                warnings.add(which + " has the critical extension " + crl.notUnderstood()
                        + ", which isn't understood here: no certificate that it speaks about is accepted");
            }
            if (crl.scope() == null) {
                warnings.add(which + " contradicts itself about what it covers: it isn't used");
            }
            if (crl.isDelta() && about(crl.issuer()).stream().noneMatch(crl::completes)) {
                warnings.add(which + " has no complete CRL that it would bring up to date: it isn't used");
            }
        }
        return warnings;
    }

    /** Those that may speak about certificates of an issuer, deltas among them. */
    List<Crl> about(DistinguishedName issuer) {
        List<Crl> direct = byIssuer.getOrDefault(issuer, List.of());
        if (indirect.isEmpty()) {
            return direct;
        }
        List<Crl> both = new ArrayList<>(direct);
        indirect.stream().filter(crl -> !direct.contains(crl)).forEach(both::add);
        return both;
    }
}
