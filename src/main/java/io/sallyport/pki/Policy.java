package io.sallyport.pki;

import java.io.IOException;
import java.util.List;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x509.CertificatePolicies;
import org.bouncycastle.asn1.x509.PolicyInformation;

/** Certificate policies for a certificate to be issued. */
public final class Policy {

    public static final String EXTENSION = CertExtensions.CERTIFICATE_POLICIES;

    /** The CA/Browser Forum's identifier of extended validation. */
    private static final String EXTENDED_VALIDATION = "2.23.140.1.1";

    private Policy() {}

    /**
     * The extension's DER.
     *
     * @param policies object identifiers, or the word {@code ev}
     * @throws IllegalArgumentException if one is neither
     */
    public static byte[] encode(List<String> policies) {
        try {
            return new CertificatePolicies(
                            policies.stream().map(Policy::information).toArray(PolicyInformation[]::new))
                    .getEncoded();
        } catch (IOException e) {
            throw new IllegalStateException("identifiers have an encoding", e);
        }
    }

    private static PolicyInformation information(String policy) {
        try {
            return new PolicyInformation(new ASN1ObjectIdentifier(policy.equals("ev") ? EXTENDED_VALIDATION : policy));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("'" + policy + "' is no object identifier such as 2.23.140.1.1", e);
        }
    }
}
