package io.sallyport.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The commands on PKCS#12 files. */
@Command(name = "pkcs12", description = "Make and show PKCS#12 files.")
final class Pkcs12Command extends CommandGroup {

    static CommandLine create(Terminal terminal) {
        return new CommandLine(new Pkcs12Command())
                .addSubcommand(new Pkcs12CreateCommand(terminal))
                .addSubcommand(new Pkcs12ShowCommand(terminal));
    }
}
