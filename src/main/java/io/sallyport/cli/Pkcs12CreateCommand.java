package io.sallyport.cli;

import io.sallyport.pki.Credential;
import io.sallyport.pki.Fingerprints;
import io.sallyport.pki.Pkcs12Files;
import io.sallyport.pki.PublicKeys;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Puts a certificate and its key into one file. */
@Command(
        name = "create",
        description =
                "Put a certificate chain and its key into one PKCS#12 file. An encrypted key is opened with --passphrase-file or --passphrase-env; the new file has that passphrase too, or another one.")
final class Pkcs12CreateCommand extends ToolCommand {

    @Option(names = "--cert", paramLabel = "FILE", required = true, description = "The chain, leaf first.")
    private Path cert = Path.of("-");

    @Option(names = "--key", paramLabel = "FILE", required = true, description = "The private key.")
    private Path key = Path.of("-");

    @Option(
            names = "--alias",
            paramLabel = "NAME",
            defaultValue = "sallyport",
            description = "The name in the file. Default: sallyport")
    private String alias = "sallyport";

    @Mixin
    private final NewPassphraseOption passphrase = new NewPassphraseOption();

    @Mixin
    private final OutputOption output = new OutputOption();

    Pkcs12CreateCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    public Integer call() throws Exception {
        output.refuseIfThere();
        List<X509Certificate> chain = readCertificates(cert);
        PrivateKey secret = read(key).needKey();
        if (!Fingerprints.pin(PublicKeys.of(secret)).equals(Fingerprints.pin(chain.get(0)))) {
            throw wrongUse(
                    "the key in " + key + " doesn't belong to the first certificate in " + cert,
                    "see sallyport cert match");
        }
        output.secret(terminal(), Pkcs12Files.encode(new Credential(chain, secret), alias, passphrase.of(this)));
        return ExitStatus.DONE;
    }
}
