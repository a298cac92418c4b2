package io.sallyport.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Makes a key. */
@Command(name = "create", description = "Make a private key, as PKCS#8 PEM in a file that only its owner can read.")
final class KeyCreateCommand extends ToolCommand {

    @Mixin
    private final KeyTypeOption keyType = new KeyTypeOption();

    @Mixin
    private final OutputOption output = new OutputOption();

    @Mixin
    private final EncryptOption encrypt = new EncryptOption();

    KeyCreateCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    public Integer call() throws Exception {
        encrypt.refuseAnyUnused(this);
        output.refuseIfThere();
        char[] secret = encrypt.secret(this);
        output.secret(terminal(), encrypt.pem(keyType.type().generate().getPrivate(), secret));
        return ExitStatus.DONE;
    }
}
