package io.sallyport.cli;

import io.sallyport.pki.Description;
import io.sallyport.pki.Descriptions;
import picocli.CommandLine.Command;

/** The serial numbers of certificates. */
@Command(name = "serial", description = "Show the serial numbers of certificates in hexadecimal digits, one a line.")
final class CertSerialCommand extends CertFileCommand {

    CertSerialCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    public Integer call() throws Exception {
        return each(
                certificate -> Descriptions.serial(certificate) + "\n",
                certificate -> new Description()
                        .add("subject", Descriptions.subject(certificate))
                        .add("serial", Descriptions.serial(certificate)));
    }
}
