package io.sallyport.pki;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How it is said that a file doesn't hold what was wanted of it: by what it does hold. */
final class Lacking {

    private Lacking() {}

    /**
     * @param wanted such as {@code certificate}
     * @param blocks what PEM was found in {@code content}
     * @param hint what would be right
     */
    static UnusableFileException of(
            Path file, byte[] content, List<PemBlock> blocks, String wanted, @Nullable String hint) {
        if (isBlank(content)) {
            return UnusableFileException.lacking(file, "is empty", hint);
        }
        return UnusableFileException.lacking(
                file,
                "holds no " + wanted
                        + (blocks.isEmpty()
                                ? ": it is neither PEM nor DER"
                                : ", but "
                                        + listed(blocks.stream()
                                                .map(PemBlock::label)
                                                .map(Lacking::kind)
                                                .toList())),
                hint);
    }

    private static boolean isBlank(byte[] content) {
        for (byte one : content) {
            if (!Character.isWhitespace(one)) {
                return false;
            }
        }
        return true;
    }

    private static String kind(String label) {
        if (label.endsWith("PRIVATE KEY")) {
            return label.startsWith("ENCRYPTED") ? "an encrypted private key" : "a private key";
        }
        return switch (label) {
            case "CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE" -> "a certificate";
            case "CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST" -> "a certificate request";
            case "X509 CRL" -> "a CRL";
            case "PUBLIC KEY" -> "a public key";
            default -> "a block " + label;
        };
    }

    /** {@code a private key and 2 times a certificate}. */
    static String listed(List<String> kinds) {
        List<String> words = new ArrayList<>();
        for (String kind : kinds.stream().distinct().toList()) {
            long count = kinds.stream().filter(kind::equals).count();
            words.add(count == 1 ? kind : count + " times " + kind);
        }
        int last = words.size() - 1;
        return last == 0 ? words.get(0) : String.join(", ", words.subList(0, last)) + " and " + words.get(last);
    }
}
