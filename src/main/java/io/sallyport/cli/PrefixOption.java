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
import picocli.CommandLine.Mixin;
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

    @Mixin
    private final EncryptOption encrypt = new EncryptOption();

    EncryptOption encrypt() {
        return encrypt;
    }

    /**
     * Asked beforehand, before work is done that would be lost.
     *
     * @throws WrongUse if the prefix names no file
     */
    void refuseIfThere(ToolCommand command) throws IOException {
        refuseIfCertificateThere(command);
        file(".key").refuseIfThere();
    }

    /** As {@link #refuseIfThere}, where no key is written. */
    void refuseIfCertificateThere(ToolCommand command) throws IOException {
        if (prefix.isEmpty() || prefix.endsWith("/")) {
            throw command.wrongUse(
                    "--out '" + prefix + "' names no file",
                    "give the files' name without its ending, such as --out a.test");
        }
        file(".crt").refuseIfThere();
    }

    private NewFile file(String ending) {
        return new NewFile(Path.of(prefix + ending), force ? NewFile.Existing.REPLACED : NewFile.Existing.KEPT);
    }

    /** Both; neither, where one can't be written. */
    void write(ToolCommand command, Credential credential) throws IOException {
        String key = encrypt.pem(credential.key(), encrypt.secret(command));
        NewFile.write(List.of(
                content(".key", key, NewFile.Readers.OWNER),
                content(".crt", PemWriter.text(credential.chain()), NewFile.Readers.ALL)));
        tell(command, credential.chain(), file(".crt").file(), file(".key").file());
    }

    private NewFile.Content content(String ending, String text, NewFile.Readers readers) {
        return new NewFile.Content(file(ending), text.getBytes(StandardCharsets.US_ASCII), readers);
    }

    /** The chain alone: the key is with whoever asked. */
    void write(ToolCommand command, List<X509Certificate> chain) throws IOException {
        NewFile.write(List.of(content(".crt", PemWriter.text(chain), NewFile.Readers.ALL)));
        tell(command, chain, file(".crt").file(), null);
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
