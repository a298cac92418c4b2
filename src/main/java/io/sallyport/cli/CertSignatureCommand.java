package io.sallyport.cli;

import io.sallyport.pki.Descriptions;
import picocli.CommandLine.Command;

/** The signatures of certificates. */
@Command(name = "signature", description = "Show the algorithm and the octets of the signatures of certificates.")
final class CertSignatureCommand extends CertFileCommand {

    CertSignatureCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    public Integer call() throws Exception {
        answer(
                "certificates",
                certificates().stream().map(Descriptions::signature).toList());
        return ExitStatus.DONE;
    }
}
