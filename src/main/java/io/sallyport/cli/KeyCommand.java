package io.sallyport.cli;

import picocli.CommandLine.Command;

/** The commands on private keys. */
@Command(name = "key", description = "Make and show private keys.")
final class KeyCommand extends CommandGroup {

    KeyCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    Commands commands() {
        return new Commands()
                .add("create", () -> new KeyCreateCommand(terminal()))
                .add("show", () -> new KeyShowCommand(terminal()));
    }
}
