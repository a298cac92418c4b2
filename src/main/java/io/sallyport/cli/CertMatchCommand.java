package io.sallyport.cli;

import io.sallyport.pki.Description;
import io.sallyport.pki.FileContents;
import io.sallyport.pki.Fingerprints;
import java.nio.file.Path;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Tells whether keys, certificates and requests are about one key pair. */
@Command(
        name = "match",
        description = {
            "Tell whether certificates, private keys, public keys and requests belong together.",
            "Of a file with several certificates the first counts, of one with a private key that.",
            "Exit status 0: they do; 1: they don't."
        })
final class CertMatchCommand extends ToolCommand {

    @Parameters(arity = "2..*", paramLabel = "FILE", description = "PEM, DER or PKCS#12; - is stdin.")
    private List<Path> files = List.of();

    CertMatchCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    public Integer call() throws Exception {
        List<Description> found = new ArrayList<>();
        List<String> pins = new ArrayList<>();
        for (Path file : files) {
            FileContents contents = read(file);
            PublicKey key = contents.subjectKey();
            if (key == null) {
                throw wrongUse(contents.file() + " holds nothing with a key", "name a certificate, a key or a request");
            }
            String pin = Fingerprints.pin(key);
            pins.add(pin);
            found.add(new Description().add("file", contents.file().toString()).add("pin", pin));
        }
        boolean match = pins.stream().distinct().count() == 1;
        if (json()) {
            answer(new Description().add("match", match).addAll("files", found));
        } else {
            for (int i = 0; i < pins.size(); i++) {
                terminal().say(pins.get(i) + "  " + files.get(i));
            }
            terminal().say(match ? "they belong together" : "they don't belong together");
        }
        return match ? ExitStatus.DONE : ExitStatus.NO;
    }
}
