package io.sallyport.cli;

import io.sallyport.pki.Description;
import io.sallyport.pki.Descriptions;
import io.sallyport.pki.FileContents;
import io.sallyport.pki.PemWriter;
import io.sallyport.pki.PublicKeys;
import java.nio.file.Path;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Says what kind of key it is, and nothing of its secret. */
@Command(
        name = "show",
        description = "Show what kind of keys files hold, and their public halves. Nothing secret is shown.")
final class KeyShowCommand extends ToolCommand {

    @Parameters(arity = "1..*", paramLabel = "FILE", description = "PEM, DER or PKCS#12; - is stdin.")
    private List<Path> files = List.of();

    @Option(names = "--pubkey", description = "Print the public key as PEM, and nothing else.")
    private boolean pubkey;

    KeyShowCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    public Integer call() throws Exception {
        List<Description> keys = new ArrayList<>();
        for (Path file : files) {
            FileContents contents = read(file);
            boolean none = true;
            for (FileContents.Item item : contents.items()) {
                if (item instanceof FileContents.Item.Key key) {
                    none = false;
                    show(contents.file(), PublicKeys.of(key.key()), "private", key.encrypted(), keys);
                } else if (item instanceof FileContents.Item.Public open) {
                    none = false;
                    show(contents.file(), open.key(), "public", false, keys);
                }
            }
            if (none) {
                throw wrongUse(contents.file() + " holds no key", "of a certificate: sallyport cert pubkey");
            }
        }
        if (!pubkey) {
            answer("keys", keys);
        }
        return ExitStatus.DONE;
    }

    private void show(Path file, PublicKey key, String half, boolean encrypted, List<Description> keys) {
        if (pubkey) {
            terminal().print(PemWriter.text(key));
            return;
        }
        Description description =
                new Description().add("file", file.toString()).add("half", half).add("encrypted", encrypted);
        Descriptions.key(key).facts().forEach(description::add);
        keys.add(description);
    }
}
