package io.sallyport.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The commands on OCSP responses. */
@Command(name = "ocsp", description = "Show OCSP responses.")
final class OcspCommand extends CommandGroup {

    static CommandLine create(Terminal terminal) {
        return new CommandLine(new OcspCommand()).addSubcommand(new OcspShowCommand(terminal));
    }
}
