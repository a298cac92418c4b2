package io.sallyport.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The commands on private keys. */
@Command(name = "key", description = "Make and show private keys.")
final class KeyCommand extends CommandGroup {

    static CommandLine create(Terminal terminal) {
        return new CommandLine(new KeyCommand())
                .addSubcommand(new KeyCreateCommand(terminal))
                .addSubcommand(new KeyShowCommand(terminal));
    }
}
