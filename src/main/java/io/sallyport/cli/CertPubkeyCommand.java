package io.sallyport.cli;

import io.sallyport.pki.Description;
import io.sallyport.pki.Descriptions;
import io.sallyport.pki.PemWriter;
import java.security.cert.X509Certificate;
import java.util.List;
import picocli.CommandLine.Command;

/** The public keys of certificates. */
@Command(name = "pubkey", description = "Print the public keys of certificates as PEM.")
final class CertPubkeyCommand extends CertFileCommand {

    CertPubkeyCommand(Terminal terminal) {
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
                                    .add("key", Descriptions.key(c.getPublicKey()))
                                    .add("pem", PemWriter.text(c.getPublicKey())))
                            .toList());
        } else {
            certificates.forEach(c -> terminal().print(PemWriter.text(c.getPublicKey())));
        }
        return ExitStatus.DONE;
    }
}
