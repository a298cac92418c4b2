package io.sallyport.cli;

import io.sallyport.pki.AuthorityDirectory;
import io.sallyport.pki.CertificateAuthority;
import io.sallyport.pki.CrlSpec;
import io.sallyport.pki.Description;
import io.sallyport.pki.UnusableFileException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import picocli.CommandLine.Option;

/** A command that makes a CA's next CRL. */
abstract class CrlWritingCommand extends ToolCommand {

    @Option(names = "--ca", paramLabel = "DIR", required = true, description = "The directory of the CA.")
    private Path ca = Path.of("");

    @Option(
            names = "--days",
            paramLabel = "N",
            defaultValue = "30",
            description = "Days until the next CRL is due. Default: 30")
    private int days = 30;

    CrlWritingCommand(Terminal terminal) {
        super(terminal);
    }

    AuthorityDirectory directory() {
        return new AuthorityDirectory(ca);
    }

    void issue(List<CrlSpec.Revoked> more) throws UnusableFileException, IOException {
        if (days < 1) {
            throw wrongUse("the next CRL would be due at once", "give --days of 1 or more");
        }
        CertificateAuthority authority = directory().load(passphrase().reading(terminal()));
        Instant now = Instant.now();
        CrlSpec spec = directory().nextCrl(more, now, now.plus(Duration.ofDays(days)));
        directory().writeCrl(authority.crl(spec));
        answer(new Description()
                .add("crl", directory().crl().toString())
                .add("number", spec.number().toString())
                .add("revoked", spec.revoked().size())
                .add(
                        "nextUpdate",
                        spec.nextUpdate().truncatedTo(ChronoUnit.SECONDS).toString()));
    }
}
