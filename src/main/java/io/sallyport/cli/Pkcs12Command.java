package io.sallyport.cli;

import picocli.CommandLine.Command;

/** The commands on PKCS#12 files. */
@Command(name = "pkcs12", description = "Make and show PKCS#12 files.")
final class Pkcs12Command extends CommandGroup {

    Pkcs12Command(Terminal terminal) {
        super(terminal);
    }

    @Override
    Commands commands() {
        return new Commands()
                .add("create", () -> new Pkcs12CreateCommand(terminal()))
                .add("show", () -> new Pkcs12ShowCommand(terminal()));
    }
}
