package io.sallyport.cli;

import io.sallyport.pki.Description;
import io.sallyport.pki.Descriptions;
import io.sallyport.pki.PemWriter;
import picocli.CommandLine.Command;

/** The public keys of certificates. */
@Command(name = "pubkey", description = "Print the public keys of certificates as PEM.")
final class CertPubkeyCommand extends CertFileCommand {

    CertPubkeyCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    public Integer call() throws Exception {
        return each(
                certificate -> PemWriter.text(certificate.getPublicKey()),
                certificate -> new Description()
                        .add("subject", Descriptions.subject(certificate))
                        .add("key", Descriptions.key(certificate.getPublicKey()))
                        .add("pem", PemWriter.text(certificate.getPublicKey())));
    }
}
