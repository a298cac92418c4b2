package io.sallyport.cli;

import picocli.CommandLine.Command;

/** The commands on OCSP responses. */
@Command(name = "ocsp", description = "Show OCSP responses.")
final class OcspCommand extends CommandGroup {

    OcspCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    Commands commands() {
        return new Commands().add("show", () -> new OcspShowCommand(terminal()));
    }
}
