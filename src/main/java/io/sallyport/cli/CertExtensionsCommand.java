package io.sallyport.cli;

import io.sallyport.pki.Description;
import io.sallyport.pki.Descriptions;
import picocli.CommandLine.Command;

/** The extensions of certificates. */
@Command(
        name = "extensions",
        description = "Show each extension of certificates: its name, whether it is critical, what it says.")
final class CertExtensionsCommand extends CertFileCommand {

    CertExtensionsCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    public Integer call() throws Exception {
        answer(
                "certificates",
                certificates().stream()
                        .map(c -> new Description()
                                .add("subject", Descriptions.subject(c))
                                .addAll("extensions", Descriptions.extensions(c)))
                        .toList());
        return ExitStatus.DONE;
    }
}
