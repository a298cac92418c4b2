package io.sallyport.cli;

import io.sallyport.pki.AlternativeNames;
import io.sallyport.pki.CertificateRequest;
import io.sallyport.pki.PemWriter;
import io.sallyport.pki.PublicKeys;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Makes a request for a certificate. */
@Command(name = "create", description = "Make a request for a certificate, for a key that is there.")
final class CsrCreateCommand extends ToolCommand {

    @Option(
            names = "--key",
            paramLabel = "FILE",
            required = true,
            description = "The private key, as 'key create' makes it.")
    private Path key = Path.of("-");

    @Option(names = "--name", paramLabel = "NAME", description = "A name that is asked for. May be given often.")
    private List<String> names = List.of();

    @Option(names = "--subject", paramLabel = "DN", description = "Its subject. Default: the first DNS name as CN.")
    private @Nullable String subject;

    @Mixin
    private final OutputOption output = new OutputOption();

    CsrCreateCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    public Integer call() throws Exception {
        output.refuseIfThere();
        List<String> all = names();
        if (all.isEmpty() && subject == null) {
            throw wrongUse("it would ask for nobody", "give --name, such as --name a.test, or --subject");
        }
        CertificateRequest request;
        try {
            request = CertificateRequest.create(
                    subject == null ? IssuerOption.subject(all) : subject,
                    all,
                    PublicKeys.pair(read(key).needKey()));
        } catch (IllegalArgumentException e) {
            throw wrongUse(String.valueOf(e.getMessage()), "see sallyport csr create --help");
        }
        output.open(terminal(), PemWriter.text(request));
        return ExitStatus.DONE;
    }

    private List<String> names() {
        try {
            return names.stream().map(AlternativeNames::withKind).distinct().toList();
        } catch (IllegalArgumentException e) {
            throw wrongUse(String.valueOf(e.getMessage()), "see sallyport csr create --help");
        }
    }
}
