package io.sallyport.pki;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * OCSP responses about our own certificates that are kept: in memory over a reload, and in a directory over a restart. They are as they came,
 * and judged again when they are taken up.
 */
public final class Stapled {

    private static final int MOST = 256;

    private static final Map<String, byte[]> MEMORY = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, byte[]> eldest) {
            return size() > MOST;
        }
    };

    private Stapled() {}

    /** Who issued a certificate, by its signature: from the chain that is shown with it, or from the CAs. */
    public static Optional<X509Certificate> issuerOf(Credential credential, @Nullable TrustAnchors anchors) {
        X509Certificate leaf = credential.leaf();
        return Stream.of(credential.chain(), anchors == null ? List.<X509Certificate>of() : anchors.certificates())
                .flatMap(List::stream)
                .filter(candidate -> candidate.getSubjectX500Principal().equals(leaf.getIssuerX500Principal()))
                .filter(candidate -> signed(candidate, leaf))
                .findFirst();
    }

    private static boolean signed(X509Certificate issuer, X509Certificate leaf) {
        try {
            leaf.verify(issuer.getPublicKey());
            return true;
        } catch (GeneralSecurityException | RuntimeException e) {
            return false;
        }
    }

    /** What is kept about a certificate, the likelier first; what can't be read isn't there. */
    public static List<byte[]> known(X509Certificate leaf, @Nullable Path directory) {
        List<byte[]> known = new ArrayList<>();
        synchronized (MEMORY) {
            Optional.ofNullable(MEMORY.get(name(leaf))).ifPresent(known::add);
        }
        if (directory != null) {
            Path file = directory.resolve(name(leaf));
            try {
                if (Files.size(file) <= OcspResponse.MAX_BYTES) {
                    known.add(Files.readAllBytes(file));
                }
            } catch (IOException e) {
                // The responder has it.
            }
        }
        return known;
    }

    /**
     * Keeps one, in place of an earlier one.
     *
     * @throws IOException if it can't be written; in memory it is kept all the same
     */
    public static void keep(X509Certificate leaf, byte[] response, @Nullable Path directory) throws IOException {
        synchronized (MEMORY) {
            MEMORY.put(name(leaf), response);
        }
        if (directory != null) {
            Files.createDirectories(directory);
            new NewFile(directory.resolve(name(leaf)), NewFile.Existing.REPLACED)
                    .write(response, NewFile.Readers.OWNER);
        }
    }

    /** The certificate's own digest: another certificate has another file. */
    private static String name(X509Certificate leaf) {
        try {
            return Sha256.hex(leaf.getEncoded()) + ".ocsp";
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("a certificate that was parsed has an encoding", e);
        }
    }
}
