package io.sallyport.cli;

import io.sallyport.pki.Description;
import io.sallyport.pki.UnusableFileException;
import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import picocli.CommandLine.Parameters;

/** A command that says something about each certificate of some files. */
abstract class CertFileCommand extends ToolCommand {

    @Parameters(arity = "1..*", paramLabel = "FILE", description = "PEM, DER or PKCS#12; - is stdin.")
    private List<Path> files = List.of();

    CertFileCommand(Terminal terminal) {
        super(terminal);
    }

    /** Says something of each: to people a text that ends its lines itself, to programs a list of objects. */
    int each(Function<X509Certificate, String> text, Function<X509Certificate, Description> json)
            throws UnusableFileException, IOException {
        List<X509Certificate> certificates = certificates();
        if (json()) {
            answer("certificates", certificates.stream().map(json).toList());
        } else {
            certificates.forEach(certificate -> terminal().print(text.apply(certificate)));
        }
        return ExitStatus.DONE;
    }

    /** Their certificates, in order. */
    List<X509Certificate> certificates() throws UnusableFileException, IOException {
        List<X509Certificate> certificates = new ArrayList<>();
        for (Path file : files) {
            certificates.addAll(readCertificates(file));
        }
        return certificates;
    }
}
