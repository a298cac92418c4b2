package io.sallyport.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The commands on revocation lists. */
@Command(name = "crl", description = "Make and show revocation lists, and revoke certificates.")
final class CrlCommand extends CommandGroup {

    static CommandLine create(Terminal terminal) {
        return new CommandLine(new CrlCommand())
                .addSubcommand(new CrlCreateCommand(terminal))
                .addSubcommand(new CrlRevokeCommand(terminal))
                .addSubcommand(new CrlShowCommand(terminal));
    }
}
