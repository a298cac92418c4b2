package io.sallyport.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The commands on certificate requests. */
@Command(name = "csr", description = "Make and show certificate requests.")
final class CsrCommand extends CommandGroup {

    static CommandLine create(Terminal terminal) {
        return new CommandLine(new CsrCommand())
                .addSubcommand(new CsrCreateCommand(terminal))
                .addSubcommand(new CsrShowCommand(terminal));
    }
}
