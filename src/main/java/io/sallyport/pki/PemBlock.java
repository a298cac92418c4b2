package io.sallyport.pki;

import java.util.Map;

/**
 * One {@code -----BEGIN …-----} block. Has no {@code toString} of its body, which may be a private key.
 *
 * @param label such as {@code CERTIFICATE}
 * @param headers of the traditional encrypted form ({@code Proc-Type}, {@code DEK-Info}); mostly empty
 * @param der the decoded body
 * @param line of its BEGIN, counted from 1; 0 for a file that is DER itself
 */
record PemBlock(String label, Map<String, String> headers, byte[] der, int line) {

    boolean isCertificate() {
        return switch (label) {
            case "CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE" -> true;
            default -> false;
        };
    }

    boolean isKey() {
        return label.endsWith("PRIVATE KEY");
    }

    boolean isCrl() {
        return label.equals("X509 CRL");
    }

    /** For messages: which block of the file it is. */
    String place() {
        return line == 0 ? "" : " (line " + line + ")";
    }

    @Override
    public String toString() {
        return "PemBlock[" + label + place() + "]";
    }
}
