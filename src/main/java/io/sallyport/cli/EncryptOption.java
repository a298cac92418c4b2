package io.sallyport.cli;

import io.sallyport.pki.PemWriter;
import java.security.PrivateKey;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Whether a private key that is written is encrypted. */
final class EncryptOption {

    @Option(names = "--encrypt", description = "Encrypt the private key that is written under a passphrase.")
    private boolean encrypt;

    @Mixin
    private final NewPassphraseOption passphrase = new NewPassphraseOption();

    boolean isWanted() {
        return encrypt;
    }

    /** A passphrase that nothing is encrypted with would leave its owner believing that the key is. */
    void refuseUnused(ToolCommand command) {
        if (!encrypt && passphrase.isGiven()) {
            throw command.wrongUse("a new passphrase without --encrypt: nothing would be encrypted", "add --encrypt");
        }
    }

    /** As {@link #refuseUnused}, where no encrypted file is read either. */
    void refuseAnyUnused(ToolCommand command) {
        refuseUnused(command);
        if (!encrypt && command.passphrase().isGiven()) {
            throw command.wrongUse("a passphrase without --encrypt: nothing would be encrypted", "add --encrypt");
        }
    }

    /** Asked for before work is done that would be lost. */
    char[] secret(ToolCommand command) {
        return encrypt ? passphrase.of(command) : new char[0];
    }

    /**
     * A key as PEM.
     *
     * @param secret as {@link #secret} gave it
     */
    String pem(PrivateKey key, char[] secret) {
        return encrypt ? PemWriter.text(key, secret) : PemWriter.text(key);
    }
}
