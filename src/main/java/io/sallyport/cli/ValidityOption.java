package io.sallyport.cli;

import io.sallyport.pki.CertificateSpec;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** How long a certificate is valid. */
final class ValidityOption {

    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec command;

    @Option(names = "--days", paramLabel = "N", description = "How many days it is valid. Default: 397, a CA 3650.")
    private @Nullable Integer days;

    @Option(
            names = "--not-before",
            paramLabel = "TIME",
            description = "From when, such as 2026-01-31T00:00:00Z. Default: now.")
    private @Nullable Instant notBefore;

    @Option(names = "--not-after", paramLabel = "TIME", description = "Until when, in place of --days.")
    private @Nullable Instant notAfter;

    CertificateSpec of(CertificateSpec spec) {
        Instant from = notBefore == null ? spec.notBefore() : notBefore;
        Duration life = days == null ? Duration.between(spec.notBefore(), spec.notAfter()) : Duration.ofDays(days);
        Instant to = notAfter == null ? from.plus(life) : notAfter;
        if (command != null && days != null && notAfter != null) {
            throw new WrongUse(command.commandLine(), "--days and --not-after say the same thing", "give one of them");
        }
        if (command != null && !to.isAfter(from)) {
            throw new WrongUse(
                    command.commandLine(),
                    "it would end at " + to + ", before it begins at " + from,
                    "give later dates");
        }
        return spec.withValidity(from, to);
    }
}
