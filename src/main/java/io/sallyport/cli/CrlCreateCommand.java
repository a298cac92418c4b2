package io.sallyport.cli;

import java.util.List;
import picocli.CommandLine.Command;

/** Makes the next CRL of a CA. */
@Command(
        name = "create",
        description =
                "Make the CRL of a CA, or its next one: whoever was revoked stays so. It is ca.crl in the CA's directory.")
final class CrlCreateCommand extends CrlWritingCommand {

    CrlCreateCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    public Integer call() throws Exception {
        issue(List.of());
        return ExitStatus.DONE;
    }
}
