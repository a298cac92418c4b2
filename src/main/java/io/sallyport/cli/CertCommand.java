package io.sallyport.cli;

import picocli.CommandLine.Command;

/** The commands on certificates. */
@Command(name = "cert", description = "Show, compare, verify, issue and renew certificates.")
final class CertCommand extends CommandGroup {

    CertCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    Commands commands() {
        return new Commands()
                .add("show", () -> new CertShowCommand(terminal()))
                .add("fingerprint", () -> new CertFingerprintCommand(terminal()))
                .add("serial", () -> new CertSerialCommand(terminal()))
                .add("pubkey", () -> new CertPubkeyCommand(terminal()))
                .add("signature", () -> new CertSignatureCommand(terminal()))
                .add("extensions", () -> new CertExtensionsCommand(terminal()))
                .add("chain", () -> new CertChainCommand(terminal()))
                .add("match", () -> new CertMatchCommand(terminal()))
                .add("verify", () -> new CertVerifyCommand(terminal()))
                .add("issue", () -> new CertIssueCommand(terminal()))
                .add("renew", () -> new CertRenewCommand(terminal()))
                .add("expiry", () -> new CertExpiryCommand(terminal()));
    }
}
