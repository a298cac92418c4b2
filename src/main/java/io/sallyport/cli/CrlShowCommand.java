package io.sallyport.cli;

import io.sallyport.pki.Descriptions;
import java.nio.file.Path;
import java.time.Instant;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Says whom a CRL revokes. */
@Command(name = "show", description = "Show a CRL: its issuer, its dates, and whom it revokes.")
final class CrlShowCommand extends ToolCommand {

    @Parameters(paramLabel = "FILE", description = "PEM or DER; - is stdin.")
    private Path file = Path.of("-");

    CrlShowCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    public Integer call() throws Exception {
        answer(Descriptions.crl(read(file).needCrl(), Instant.now()));
        return ExitStatus.DONE;
    }
}
