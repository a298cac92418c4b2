package io.sallyport.cli;

import io.sallyport.pki.FileContents;
import io.sallyport.pki.FileContents.Item;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes what a file holds in another form. */
@Command(
        name = "convert",
        description = {
            "Write what a file holds in another form: PEM (keys as PKCS#8), or DER of one thing.",
            "PEM, DER, PKCS#12, PKCS#1, SEC1 and encrypted keys are read. To PKCS#12: see pkcs12 create."
        })
final class ConvertCommand extends ToolCommand {

    enum To {
        pem,
        der
    }

    enum Part {
        certs,
        leaf,
        key
    }

    @Parameters(paramLabel = "FILE", description = "What to convert; - is stdin.")
    private Path file = Path.of("-");

    @Option(names = "--to", paramLabel = "pem|der", defaultValue = "pem", description = "The form. Default: pem")
    private To to = To.pem;

    @Option(
            names = "--only",
            paramLabel = "certs|leaf|key",
            description = "Take only the certificates, only the first of them, or only the private key.")
    private @Nullable Part only;

    @Mixin
    private final EncryptOption encrypt = new EncryptOption();

    @Mixin
    private final OutputOption output = new OutputOption();

    ConvertCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    public Integer call() throws Exception {
        encrypt.refuseUnused(this);
        output.refuseIfThere();
        FileContents contents = read(file);
        List<Item> items = contents.items().stream()
                .filter(this::wanted)
                .limit(only == Part.leaf ? 1 : Long.MAX_VALUE)
                .toList();
        if (items.isEmpty()) {
            throw wrongUse(
                    contents.file() + " holds no " + (only == Part.key ? "private key" : "certificate"),
                    "leave out --only " + only);
        }
        if (encrypt.isWanted() && items.stream().noneMatch(item -> item instanceof Item.Key)) {
            throw wrongUse(contents.file() + " holds no private key to encrypt", "leave out --encrypt");
        }
        boolean secret = items.stream().anyMatch(item -> item instanceof Item.Key);
        byte[] content = to == To.der ? der(contents, items) : pem(items);
        if (secret) {
            output.secret(terminal(), content);
        } else {
            output.open(terminal(), content, to == To.der ? OutputOption.Kind.OCTETS : OutputOption.Kind.TEXT);
        }
        return ExitStatus.DONE;
    }

    private boolean wanted(Item item) {
        return only == null || (only == Part.key ? item instanceof Item.Key : item instanceof Item.Certified);
    }

    private byte[] der(FileContents contents, List<Item> items) {
        if (items.size() > 1) {
            throw wrongUse(
                    contents.file() + " holds " + items.size() + " things, and DER has room for one",
                    "take --to pem, or one of them with --only leaf or --only key");
        }
        if (encrypt.isWanted()) {
            throw wrongUse("--encrypt is for PEM", "leave out --to der");
        }
        return FileContents.der(items.get(0));
    }

    private byte[] pem(List<Item> items) {
        char[] secret = encrypt.secret(this);
        List<String> blocks = new ArrayList<>();
        for (Item item : items) {
            blocks.add(item instanceof Item.Key key ? encrypt.pem(key.key(), secret) : FileContents.pem(item));
        }
        return String.join("", blocks).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    }
}
