package io.sallyport.cli;

import io.sallyport.pki.Credential;
import io.sallyport.pki.Description;
import io.sallyport.pki.Descriptions;
import io.sallyport.pki.Fingerprints;
import io.sallyport.pki.NewFile;
import io.sallyport.pki.PemWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where a certificate and its key go. */
final class PrefixOption {

    @Option(
            names = "--out",
            paramLabel = "PREFIX",
            required = true,
            description = "Where to write: PREFIX.crt and PREFIX.key.")
    private String prefix = "";

    @Option(names = "--force", description = "Replace files that are there.")
    private boolean force;

    @Option(names = "--encrypt", description = "Encrypt the new key under a passphrase.")
    private boolean encrypt;

    private NewFile file(String ending) {
        return new NewFile(Path.of(prefix + ending), force ? NewFile.Existing.REPLACED : NewFile.Existing.KEPT);
    }

    /** Both; neither, where one can't be written. */
    void write(ToolCommand command, Credential credential) throws IOException {
        NewFile cert = file(".crt");
        NewFile key = file(".key");
        cert.refuseIfThere();
        key.refuseIfThere();
        String text = encrypt
                ? PemWriter.text(credential.key(), command.passphrase().forNew(command.terminal()))
                : PemWriter.text(credential.key());
        key.write(text.getBytes(StandardCharsets.US_ASCII), NewFile.Readers.OWNER);
        cert.write(PemWriter.text(credential.chain()).getBytes(StandardCharsets.US_ASCII), NewFile.Readers.ALL);
        tell(command, credential.chain(), cert.file(), key.file());
    }

    /** The chain alone: the key is with whoever asked. */
    void write(ToolCommand command, List<X509Certificate> chain) throws IOException {
        NewFile cert = file(".crt");
        cert.write(PemWriter.text(chain).getBytes(StandardCharsets.US_ASCII), NewFile.Readers.ALL);
        tell(command, chain, cert.file(), null);
    }

    private static void tell(ToolCommand command, List<X509Certificate> chain, Path cert, @Nullable Path key) {
        X509Certificate leaf = chain.get(0);
        command.answer(new Description()
                .add("certificate", cert.toString())
                .add("privateKey", key == null ? null : key.toString())
                .add("subject", Descriptions.subject(leaf))
                .addAll("names", Descriptions.names(leaf))
                .add("serial", Descriptions.serial(leaf))
                .add("notAfter", leaf.getNotAfter().toInstant().toString())
                .add("sha256", Fingerprints.sha256(leaf)));
    }
}
