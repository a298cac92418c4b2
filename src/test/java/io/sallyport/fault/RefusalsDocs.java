package io.sallyport.fault;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;

/** Writes docs/refusals.md from the catalogue. */
final class RefusalsDocs {

    static final Path PAGE = Path.of("docs/refusals.md");

    private RefusalsDocs() {}

    static String page() {
        return """
                # Refusals

                Why a handshake was turned down. The list is closed: these are the values of the key `refusal` in the logs and of the
                label `refusal` in the metrics, and `sallyport cert verify` and the API use the same words.

                - *OpenSSL* is the number and the name of OpenSSL 3's `X509_V_ERR_*`. Some refusals stand for a family, and a log line may
                  have a closer number of the same family.
                - *alert* is what the peer reads. Where none is named, none is sent: the peer has sent one itself, is gone, or doesn't
                  speak TLS. In TLS 1.2 a missing certificate is answered with `handshake_failure`, since that has no
                  `certificate_required`.
                  A TLS 1.3 peer whose keyUsage lacks digitalSignature reads `illegal_parameter`, since BoringSSL looks at that itself.
                - *says* is what the sentence in `detail` names. Every line has the relay, the profile, the side, the phase, the peer's
                  address and, where one was sent, the SNI as keys of their own.

                | refusal | OpenSSL | alert | at fault | says | what to do |
                |---|---|---|---|---|---|
                """ + Arrays.stream(Refusal.values()).map(RefusalsDocs::row).collect(Collectors.joining());
    }

    private static String row(Refusal refusal) {
        Alert alert = refusal.alert();
        String hint = refusal.hint();
        return "| `" + refusal.code() + "` | "
                + (refusal.opensslName() == null ? "" : refusal.number() + " `" + refusal.opensslName() + "`") + " | "
                + (alert == null ? "" : "`" + alert.label() + "`") + " | "
                + refusal.atFault().text() + " | "
                + refusal.facts().stream().map(Refusal.Fact::text).collect(Collectors.joining(", ")) + " | "
                + Character.toUpperCase(hint.charAt(0)) + hint.substring(1) + ". |\n";
    }
}
