package io.sallyport.cli;

import picocli.CommandLine.Command;

/** The commands on CAs. */
@Command(name = "ca", description = "Make certificate authorities.")
final class CaCommand extends CommandGroup {

    CaCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    Commands commands() {
        return new Commands().add("init", () -> new CaInitCommand(terminal()));
    }
}
