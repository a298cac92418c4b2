package io.sallyport.cli;

import io.sallyport.pki.Description;
import io.sallyport.pki.Descriptions;
import io.sallyport.pki.FileContents;
import io.sallyport.pki.FileContents.Item;
import io.sallyport.pki.PublicKeys;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Says what a PKCS#12 file holds. */
@Command(
        name = "show",
        description = "Show the certificates and the kinds of keys in a PKCS#12 file. Nothing secret is shown.")
final class Pkcs12ShowCommand extends ToolCommand {

    @Parameters(paramLabel = "FILE", description = "The file; - is stdin.")
    private Path file = Path.of("-");

    Pkcs12ShowCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    public Integer call() throws Exception {
        Instant now = Instant.now();
        FileContents contents = read(file);
        if (contents.form() != FileContents.Form.PKCS12) {
            throw wrongUse(
                    contents.file() + " is no PKCS#12 file, but "
                            + (contents.form() == FileContents.Form.PEM ? "PEM" : "DER"),
                    "see cert show, key show, csr show, crl show");
        }
        List<Description> keys = new ArrayList<>();
        List<Description> certificates = new ArrayList<>();
        for (Item item : contents.items()) {
            if (item instanceof Item.Key key) {
                keys.add(Descriptions.key(PublicKeys.of(key.key())));
            } else if (item instanceof Item.Certified certified) {
                certificates.add(Descriptions.certificate(certified.certificate(), now));
            }
        }
        answer(new Description().addAll("keys", keys).addAll("certificates", certificates));
        return ExitStatus.DONE;
    }
}
