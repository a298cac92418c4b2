package io.sallyport.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The commands on certificates. */
@Command(name = "cert", description = "Show, compare, verify, issue and renew certificates.")
final class CertCommand extends CommandGroup {

    static CommandLine create(Terminal terminal) {
        return new CommandLine(new CertCommand())
                .addSubcommand(new CertShowCommand(terminal))
                .addSubcommand(new CertFingerprintCommand(terminal))
                .addSubcommand(new CertSerialCommand(terminal))
                .addSubcommand(new CertPubkeyCommand(terminal))
                .addSubcommand(new CertSignatureCommand(terminal))
                .addSubcommand(new CertExtensionsCommand(terminal))
                .addSubcommand(new CertChainCommand(terminal))
                .addSubcommand(new CertMatchCommand(terminal))
                .addSubcommand(new CertVerifyCommand(terminal))
                .addSubcommand(new CertIssueCommand(terminal))
                .addSubcommand(new CertRenewCommand(terminal))
                .addSubcommand(new CertExpiryCommand(terminal));
    }
}
