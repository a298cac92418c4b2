package io.sallyport.cli;

import io.sallyport.pki.PemWriter;
import java.security.PrivateKey;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Makes a key. */
@Command(name = "create", description = "Make a private key, as PKCS#8 PEM in a file that only its owner can read.")
final class KeyCreateCommand extends ToolCommand {

    @Mixin
    private final KeyTypeOption keyType = new KeyTypeOption();

    @Mixin
    private final OutputOption output = new OutputOption();

    @Option(names = "--encrypt", description = "Encrypt it under a passphrase.")
    private boolean encrypt;

    KeyCreateCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    public Integer call() throws Exception {
        char[] secret = encrypt ? passphrase().forNew(terminal()) : new char[0];
        PrivateKey key = keyType.type().generate().getPrivate();
        output.secret(terminal(), encrypt ? PemWriter.text(key, secret) : PemWriter.text(key));
        return ExitStatus.DONE;
    }
}
