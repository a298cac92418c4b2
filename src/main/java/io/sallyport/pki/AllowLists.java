package io.sallyport.pki;

import io.sallyport.fault.Refusal;
import io.sallyport.profile.AllowList;
import java.math.BigInteger;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;

/**
 * Whether a verified peer is let in. Asked after the chain is found good, and again when a session is resumed. Thread-safe.
 *
 * @param lists a peer must be on each
 */
public record AllowLists(List<AllowList> lists) {

    public AllowLists {
        lists = List.copyOf(lists);
    }

    /** Why the peer with this certificate isn't let in; null if it is. */
    public Verdict.@Nullable Untrusted refuse(X509Certificate leaf) {
        if (lists.isEmpty()) {
            return null;
        }
        try {
            Peer peer = new Peer(Cert.of(leaf));
            for (AllowList list : lists) {
                if (!peer.isOn(list)) {
                    return refusal(leaf, peer, list);
                }
            }
            return null;
        } catch (CertificateParsingException e) {
            return new Verdict.Untrusted(
                    Refusal.MALFORMED_CERTIFICATE, 0, 0, Names.subject(leaf), "has a key that can't be read");
        }
    }

    /** Whether the holder of this certificate is on {@code list}: everyone is on an empty one. */
    public static boolean isOn(X509Certificate leaf, AllowList list) throws CertificateParsingException {
        return list.isEmpty() || new Peer(Cert.of(leaf)).isOn(list);
    }

    private static Verdict.Untrusted refusal(X509Certificate leaf, Peer peer, AllowList list) {
        return new Verdict.Untrusted(
                Refusal.NOT_ALLOWED,
                Refusal.NOT_ALLOWED.number(),
                0,
                Names.subject(leaf),
                "is not on the allow list; it is " + peer + "; allowed are " + Names.printable(list.toString()));
    }

    /** What of a certificate can be on a list. */
    private record Peer(Cert cert) {

        boolean isOn(AllowList list) {
            return list.entries().entrySet().stream()
                    .anyMatch(kind -> kind.getValue().stream().anyMatch(entry -> matches(kind.getKey(), entry)));
        }

        private boolean matches(AllowList.Kind kind, String entry) {
            return switch (kind) {
                case CN -> attributes(DistinguishedName.COMMON_NAME).anyMatch(entry::equals);
                case OU -> attributes(DistinguishedName.ORGANIZATIONAL_UNIT).anyMatch(entry::equals);
                case DNS -> texts(GeneralName.DNS).anyMatch(name -> isDns(entry, name.toLowerCase(Locale.ROOT)));
                case IP -> cert.names().matchAddress(Objects.requireNonNull(SubjectNames.address(entry)));
                case EMAIL -> cert.names().matchEmail(entry);
                case URI -> texts(GeneralName.URI).anyMatch(uri -> isUri(entry, uri));
                case SERIAL -> serial().equals(entry);
                case ISSUER -> cert.issuer().equals(name(entry));
                case FINGERPRINT -> fingerprint().equals(entry);
                case SPKI -> Sha256.hex(cert.x509().getPublicKey().getEncoded()).equals(entry);
            };
        }

        private static DistinguishedName name(String entry) {
            return DistinguishedName.of(Der.of(new X500Principal(entry).getEncoded()));
        }

        private Stream<String> attributes(String oid) {
            return cert.subject().attributes(oid).stream()
                    .map(DistinguishedName.Attribute::text)
                    .filter(Objects::nonNull);
        }

        private Stream<String> texts(int kind) {
            return cert.names().alternatives().stream()
                    .filter(name -> name.kind() == kind)
                    .map(GeneralName::text);
        }

        /** A wildcard of the certificate's own is only what is written the same: it could be any of its names. */
        private static boolean isDns(String entry, String name) {
            if (!entry.startsWith("*.") || name.startsWith("*")) {
                return entry.equals(name);
            }
            int dot = name.indexOf('.');
            return dot > 0 && name.substring(dot).equals(entry.substring(1));
        }

        private static boolean isUri(String entry, String uri) {
            String[] wanted = entry.split("/", -1);
            String[] found = uri.split("/", -1);
            if (wanted.length != found.length) {
                return false;
            }
            for (int i = 0; i < wanted.length; i++) {
                boolean any = wanted[i].equals("*") && isSegment(found[i]);
                if (!any && !wanted[i].equals(found[i])) {
                    return false;
                }
            }
            return true;
        }

        /** What a wildcard stands for: one step of a path that goes down, and no query. */
        private static boolean isSegment(String text) {
            return !text.isEmpty() && !text.matches("\\.\\.?|.*[?#].*");
        }

        private String serial() {
            BigInteger serial = cert.x509().getSerialNumber();
            return serial.toString(16);
        }

        private String fingerprint() {
            try {
                return Sha256.hex(cert.x509().getEncoded());
            } catch (CertificateEncodingException e) {
                throw new IllegalStateException("a certificate that was parsed has an encoding", e);
            }
        }

        @Override
        public String toString() {
            return cert.subjectText() + " with "
                    + (cert.names().alternatives().isEmpty()
                            ? "no subjectAltName"
                            : Names.printable(cert.names().list()))
                    + ", serial " + serial() + ", issuer " + cert.issuerText() + ", fingerprint " + fingerprint();
        }
    }
}
