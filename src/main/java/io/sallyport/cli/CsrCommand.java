package io.sallyport.cli;

import picocli.CommandLine.Command;

/** The commands on certificate requests. */
@Command(name = "csr", description = "Make and show certificate requests.")
final class CsrCommand extends CommandGroup {

    CsrCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    Commands commands() {
        return new Commands()
                .add("create", () -> new CsrCreateCommand(terminal()))
                .add("show", () -> new CsrShowCommand(terminal()));
    }
}
