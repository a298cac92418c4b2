package io.sallyport.cli;

import io.sallyport.pki.Description;
import io.sallyport.pki.Descriptions;
import java.security.cert.X509Certificate;
import java.util.List;
import picocli.CommandLine.Command;

/** The serial numbers of certificates. */
@Command(name = "serial", description = "Show the serial numbers of certificates in hexadecimal digits, one a line.")
final class CertSerialCommand extends CertFileCommand {

    CertSerialCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    public Integer call() throws Exception {
        List<X509Certificate> certificates = certificates();
        if (json()) {
            answer(
                    "certificates",
                    certificates.stream()
                            .map(c -> new Description()
                                    .add("subject", Descriptions.subject(c))
                                    .add("serial", Descriptions.serial(c)))
                            .toList());
        } else {
            certificates.forEach(c -> terminal().say(Descriptions.serial(c)));
        }
        return ExitStatus.DONE;
    }
}
