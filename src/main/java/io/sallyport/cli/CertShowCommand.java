package io.sallyport.cli;

import io.sallyport.pki.Descriptions;
import java.time.Instant;
import picocli.CommandLine.Command;

/** Says all that certificates say. */
@Command(name = "show", description = "Show all that certificates say: names, dates, key, extensions, fingerprints.")
final class CertShowCommand extends CertFileCommand {

    CertShowCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    public Integer call() throws Exception {
        Instant now = Instant.now();
        answer(
                "certificates",
                certificates().stream()
                        .map(certificate -> Descriptions.certificate(certificate, now))
                        .toList());
        return ExitStatus.DONE;
    }
}
