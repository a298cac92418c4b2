package io.sallyport.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The commands on CAs. */
@Command(name = "ca", description = "Make certificate authorities.")
final class CaCommand extends CommandGroup {

    static CommandLine create(Terminal terminal) {
        return new CommandLine(new CaCommand()).addSubcommand(new CaInitCommand(terminal));
    }
}
