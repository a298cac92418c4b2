package io.sallyport.cli;

import io.sallyport.pki.OcspDescriptions;
import io.sallyport.pki.OcspResponse;
import java.nio.file.Path;
import java.time.Instant;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Says what an OCSP response says. */
@Command(
        name = "show",
        description = {
            "Show an OCSP response: who signed it, when, and what it says of which certificate.",
            "Whether it may be believed is the question of cert verify --ocsp-response."
        })
final class OcspShowCommand extends ToolCommand {

    @Parameters(paramLabel = "FILE", description = "DER or PEM; - is stdin.")
    private Path file = Path.of("-");

    OcspShowCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    public Integer call() throws Exception {
        OcspResponse response = file.equals(Path.of("-"))
                ? OcspResponse.of(Path.of("stdin"), terminal().in().readAllBytes())
                : OcspResponse.read(file);
        answer(OcspDescriptions.response(response, Instant.now()));
        return ExitStatus.DONE;
    }
}
