package io.sallyport.cli;

import io.sallyport.pki.CertificateRequest;
import io.sallyport.pki.Descriptions;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Says what a request asks for. */
@Command(
        name = "show",
        description = {
            "Show what a certificate request asks for.",
            "Exit status 1: its signature is wrong, so whoever made it may not have the key."
        })
final class CsrShowCommand extends ToolCommand {

    @Parameters(paramLabel = "FILE", description = "PEM or DER; - is stdin.")
    private Path file = Path.of("-");

    CsrShowCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    public Integer call() throws Exception {
        CertificateRequest request = read(file).needRequest();
        answer(Descriptions.request(request));
        return request.isSignatureGood() ? ExitStatus.DONE : ExitStatus.NO;
    }
}
