package io.sallyport.pki;

import java.nio.file.Path;
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

    /**
     * That its content isn't what its label says.
     *
     * @param more what is known beyond that
     */
    UnusableFileException isNo(Path file, String what, String more) {
        return line == 0
                ? new UnusableFileException(
                        file, "begins as DER does, but is no " + what + more, "it may be damaged, or something else")
                : new UnusableFileException(
                        file,
                        "holds a block" + place() + " that is labelled " + label + " but is no " + what + more,
                        "label and content must fit; one damaged in copying has to be copied anew");
    }

    @Override
    public String toString() {
        return "PemBlock[" + label + place() + "]";
    }
}
