package io.sallyport.gateway;

import io.sallyport.fault.Mistake;
import io.sallyport.pki.AuthorityInfo;
import io.sallyport.pki.Credential;
import io.sallyport.pki.Material;
import io.sallyport.pki.OcspResponders;
import io.sallyport.pki.Purpose;
import io.sallyport.pki.Stapled;
import io.sallyport.profile.Profile;
import io.sallyport.profile.Protocol;
import io.sallyport.profile.Stapling;
import io.sallyport.tls.CipherString;
import io.sallyport.tls.Side;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whether what a profile shows fits the side on which relays use it. Peers would find out; here it is told beforehand. */
final class SideChecks {

    private static final int DIGITAL_SIGNATURE = 0;

    private final Profile profile;
    private final Side side;
    private final String key;

    private SideChecks(Profile profile, Side side) {
        this.profile = profile;
        this.side = side;
        this.key = "sallyport.profiles." + profile.name() + ".";
    }

    static List<Mistake> of(Profile profile, Material material, Side side) {
        Credential credential = material.credential();
        Profile.OwnCertificate own = profile.own();
        if (credential == null || own == null) {
            return List.of();
        }
        SideChecks checks = new SideChecks(profile, side);
        List<Mistake> mistakes = new ArrayList<>();
        addIfThere(mistakes, checks.purpose(own, credential.leaf()));
        addIfThere(mistakes, checks.signing(own, credential.leaf()));
        addIfThere(mistakes, checks.names(own, credential.leaf()));
        addIfThere(mistakes, checks.ciphers(credential));
        addIfThere(mistakes, checks.staple(own, material));
        return mistakes;
    }

    private static void addIfThere(List<Mistake> mistakes, @Nullable Mistake mistake) {
        if (mistake != null) {
            mistakes.add(mistake);
        }
    }

    /** RFC 5280, section 4.2.1.12. */
    private @Nullable Mistake purpose(Profile.OwnCertificate own, X509Certificate leaf) {
        Purpose needed = side == Side.SERVER ? Purpose.TLS_SERVER : Purpose.TLS_CLIENT;
        List<String> purposes;
        try {
            purposes = leaf.getExtendedKeyUsage();
        } catch (CertificateParsingException e) {
            return null;
        }
        if (purposes == null || purposes.contains(needed.oid()) || purposes.contains(Purpose.ANY.oid())) {
            return null;
        }
        String message = side == Side.SERVER
                ? own.cert()
                        + " isn't a server's certificate, but relays listen with this profile: clients will refuse it"
                : own.cert()
                        + " isn't a client's certificate, but relays connect with this profile: servers will refuse it";
        return Mistake.warning(key + "cert", null, message, "issue it with the extended key usage " + needed.label());
    }

    /** RFC 9525, section 2: a name in the subject counts for nothing. */
    private @Nullable Mistake names(Profile.OwnCertificate own, X509Certificate leaf) {
        try {
            return side == Side.CLIENT || leaf.getSubjectAlternativeNames() != null
                    ? null
                    : Mistake.warning(
                            key + "cert",
                            null,
                            own.cert() + " has no subjectAltName: clients that check the server's name will refuse it",
                            "issue it with the names that clients connect by, such as DNS:server.test");
        } catch (CertificateParsingException e) {
            return null;
        }
    }

    /** What keeps a response from ever being shown, and who would miss it. */
    private @Nullable Mistake staple(Profile.OwnCertificate own, Material material) {
        Credential credential = material.credential();
        if (side == Side.CLIENT || credential == null) {
            return null;
        }
        Stapling stapling = own.stapling();
        if (stapling == null) {
            return AuthorityInfo.mustStaple(credential.leaf())
                    ? Mistake.warning(
                            key + "ocsp.staple",
                            null,
                            own.cert()
                                    + " must be shown with an OCSP response (RFC 7633): clients will refuse it without",
                            "set ocsp.staple: true")
                    : null;
        }
        if (Stapled.issuerOf(credential, material.anchors()).isEmpty()) {
            return Mistake.warning(
                    key + "ocsp.staple",
                    null,
                    "has no effect: the issuer of " + own.cert() + " is neither in that file nor in ca",
                    "append its issuer's certificate to the file");
        }
        return stapling.responder() == null
                        && OcspResponders.namedBy(credential.leaf()).isEmpty()
                ? Mistake.warning(
                        key + "ocsp.staple",
                        null,
                        "has no effect: " + own.cert() + " names no OCSP responder",
                        "set ocsp.staple-responder")
                : null;
    }

    /** RFC 8446, section 4.4.2.2: in every handshake that is possible here the key signs. */
    private @Nullable Mistake signing(Profile.OwnCertificate own, X509Certificate leaf) {
        boolean[] usages = leaf.getKeyUsage();
        return usages == null || usages[DIGITAL_SIGNATURE]
                ? null
                : Mistake.warning(
                        key + "cert",
                        null,
                        own.cert() + " may not sign, and in TLS it must: peers will refuse it",
                        "issue it with the key usage digitalSignature");
    }

    /** Of TLS 1.2 alone: there a server's key decides which ciphers can be had. */
    private @Nullable Mistake ciphers(Credential credential) {
        List<Protocol> protocols = profile.negotiation().protocols();
        String keyType = credential.leaf().getPublicKey().getAlgorithm();
        if (side == Side.CLIENT
                || !protocols.contains(Protocol.TLS_1_2)
                || CipherString.suits(profile.negotiation().ciphers(), keyType)) {
            return null;
        }
        String message = "'" + profile.negotiation().ciphers() + "' has no cipher for a certificate with a key of type "
                + keyType + ", so nothing is left for TLS 1.2";
        String hint = "the default is " + Profile.DEFAULT_CIPHERS;
        return protocols.size() == 1
                ? Mistake.error(key + "ciphers", null, message, hint)
                : Mistake.warning(key + "ciphers", null, message, hint + "; or set protocols: [TLSv1.3]");
    }
}
