package io.sallyport.cli;

import io.sallyport.pki.CertificateSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** How long a certificate is valid. */
final class ValidityOption {

    /** RFC 5280, section 4.1.2.5. */
    private static final Instant EARLIEST = Instant.parse("1950-01-01T00:00:00Z");

    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec command;

    @Option(names = "--days", paramLabel = "N", description = "How many days it is valid. Default: 397, a CA 3650.")
    private @Nullable Integer days;

    @Option(
            names = "--not-before",
            paramLabel = "TIME",
            description = "From when, such as 2026-01-31T00:00:00Z or 2026-01-31. Default: now.")
    private @Nullable Instant notBefore;

    @Option(names = "--not-after", paramLabel = "TIME", description = "Until when, in place of --days.")
    private @Nullable Instant notAfter;

    CertificateSpec of(CertificateSpec spec) {
        if (days != null && notAfter != null) {
            throw wrong("--days and --not-after say the same thing", "give one of them");
        }
        if (days != null && days < 1) {
            throw wrong("--days " + days + " is less than 1", "give a later end");
        }
        Instant from = notBefore == null ? spec.notBefore() : notBefore;
        Duration life = days == null ? Duration.between(spec.notBefore(), spec.notAfter()) : Duration.ofDays(days);
        Instant to = notAfter == null ? from.plus(life) : notAfter;
        if (!to.isAfter(from)) {
            throw wrong("it would end at " + shown(to) + ", before it begins at " + shown(from), "give later dates");
        }
        if (from.isBefore(EARLIEST) || to.isAfter(LATEST)) {
            throw wrong("certificates know the years 1950 to 9999 only", "give other dates");
        }
        return spec.withValidity(from, to);
    }

    private static Instant shown(Instant time) {
        return time.truncatedTo(ChronoUnit.SECONDS);
    }

    private WrongUse wrong(String message, String hint) {
        if (command == null) {
            throw new IllegalStateException("not made by picocli");
        }
        return new WrongUse(command.commandLine(), message, hint);
    }
}
