package io.sallyport.cli;

import picocli.CommandLine.Command;

/** The commands on revocation lists. */
@Command(name = "crl", description = "Make and show revocation lists, and revoke certificates.")
final class CrlCommand extends CommandGroup {

    CrlCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    Commands commands() {
        return new Commands()
                .add("create", () -> new CrlCreateCommand(terminal()))
                .add("revoke", () -> new CrlRevokeCommand(terminal()))
                .add("show", () -> new CrlShowCommand(terminal()));
    }
}
