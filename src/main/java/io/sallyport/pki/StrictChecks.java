package io.sallyport.pki;

import io.sallyport.fault.Refusal;
import java.util.List;

/** What RFC 5280 asks of the form of a certificate, beyond what its meaning needs: OpenSSL's {@code -x509_strict}, by its numbers. */
final class StrictChecks {

    private static final int CRL_SIGN = 6;

    private final Cert cert;
    private final int depth;

    private StrictChecks(Cert cert, int depth) {
        this.cert = cert;
        this.depth = depth;
    }

    static void check(Cert cert, int depth, boolean anchor) throws RefusedException {
        StrictChecks checks = new StrictChecks(cert, depth);
        checks.constraints();
        checks.names();
        if (cert.x509().getVersion() < 3) {
            checks.refuseIf(
                    !cert.criticalExtensions().isEmpty() || cert.x509().getNonCriticalExtensionOIDs() != null,
                    93,
                    "has extensions, which need version 3");
        } else {
            checks.keyIdentifiers(anchor);
        }
    }

    private void constraints() throws RefusedException {
        CertExtensions extensions = cert.extensions();
        boolean ca = cert.claimsCa();
        boolean signsCertificates = extensions.keyUsage != null && cert.maySignCertificates();
        if (cert.pathLength() != null) {
            refuseIf(!ca, 80, "has a path length and is no CA");
            refuseIf(!signsCertificates, 81, "has a path length and no keyUsage with keyCertSign");
        }
        refuseIf(
                ca && !critical(CertExtensions.BASIC_CONSTRAINTS),
                89,
                "is a CA by basicConstraints that aren't critical");
        refuseIf(ca && extensions.keyUsage == null, 92, "is a CA and has no keyUsage");
        refuseIf(!ca && signsCertificates, 82, "has keyCertSign in its keyUsage and is no CA");
    }

    private void names() throws RefusedException {
        List<GeneralName> alternatives = cert.extensions().alternativeNames;
        boolean[] usage = cert.extensions().keyUsage;
        boolean authority = cert.claimsCa() || (usage != null && usage[CRL_SIGN]);
        boolean nameless = cert.subject().isEmpty();
        refuseIf(cert.issuer().isEmpty(), 83, "has an empty issuer");
        refuseIf(nameless && (authority || alternatives == null), 84, "has an empty subject");
        refuseIf(
                nameless && alternatives != null && !critical(CertExtensions.SUBJECT_ALT_NAME),
                88,
                "has an empty subject and a subjectAltName that isn't critical");
        refuseIf(alternatives != null && alternatives.isEmpty(), 87, "has an empty subjectAltName");
    }

    private void keyIdentifiers(boolean anchor) throws RefusedException {
        CertExtensions extensions = cert.extensions();
        refuseIf(
                !anchor && !cert.selfSigned() && extensions.authorityKeyId == null,
                85,
                "has no authority key identifier");
        refuseIf(cert.claimsCa() && extensions.subjectKeyId == null, 86, "is a CA and has no subject key identifier");
        refuseIf(critical(CertExtensions.AUTHORITY_KEY_ID), 90, "has a critical authority key identifier");
        refuseIf(critical(CertExtensions.SUBJECT_KEY_ID), 91, "has a critical subject key identifier");
    }

    private boolean critical(String oid) {
        return cert.criticalExtensions().contains(oid);
    }

    private void refuseIf(boolean broken, int number, String detail) throws RefusedException {
        if (broken) {
            throw new RefusedException(Refusal.NOT_STRICT, number, depth, cert, detail);
        }
    }
}
