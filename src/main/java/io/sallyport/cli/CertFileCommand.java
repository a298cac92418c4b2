package io.sallyport.cli;

import io.sallyport.pki.UnusableFileException;
import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Parameters;

/** A command that says something about each certificate of some files. */
abstract class CertFileCommand extends ToolCommand {

    @Parameters(arity = "1..*", paramLabel = "FILE", description = "PEM, DER or PKCS#12; - is stdin.")
    private List<Path> files = List.of();

    CertFileCommand(Terminal terminal) {
        super(terminal);
    }

    /** Their certificates, in order. */
    List<X509Certificate> certificates() throws UnusableFileException, IOException {
        List<X509Certificate> certificates = new ArrayList<>();
        for (Path file : files) {
            certificates.addAll(read(file).needCertificates());
        }
        return certificates;
    }
}
