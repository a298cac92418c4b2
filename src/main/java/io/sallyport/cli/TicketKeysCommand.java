package io.sallyport.cli;

import io.sallyport.tls.TicketKeyDirectory;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes and rotates the session ticket keys that replicas share. */
@Command(name = "ticket-keys", description = "Make and rotate the session ticket keys that replicas share.")
final class TicketKeysCommand implements Runnable {

    private final Terminal terminal;

    @Spec
    private @Nullable CommandSpec spec;

    TicketKeysCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        if (spec == null) {
            throw new IllegalStateException("not made by picocli");
        }
        throw new ParameterException(spec.commandLine(), "no command given after ticket-keys");
    }

    @Command(name = "create", description = "Make a directory with a first key in it.")
    Integer create(@Parameters(paramLabel = "DIR", description = "Made where it isn't there.") Path directory) {
        return say(
                () -> new TicketKeyDirectory(directory).create(Instant.now()),
                "name a new directory; to add a key: sallyport ticket-keys rotate");
    }

    @Command(
            name = "rotate",
            description = {
                "Add a key that only opens tickets. The one that was added before it begins to seal them.",
                "Run it at equal intervals, each longer than session.timeout."
            })
    Integer rotate(
            @Parameters(paramLabel = "DIR", description = "With the keys of before.") Path directory,
            @Option(
                            names = "--keep",
                            paramLabel = "N",
                            defaultValue = "1",
                            description = "How many keys that no longer seal stay to open tickets. Default: 1")
                    int keep) {
        if (keep < 0 || keep > TicketKeyDirectory.MOST - 2) {
            terminal.error(
                    "--keep is " + keep + "; it must be from 0 to " + (TicketKeyDirectory.MOST - 2),
                    "each key that is kept opens the tickets of one interval more");
            return ExitStatus.REFUSED;
        }
        return say(
                () -> new TicketKeyDirectory(directory).rotate(Instant.now(), keep),
                "name a directory that sallyport ticket-keys create made");
    }

    private Integer say(Callable<TicketKeyDirectory.Listing> work, String hint) {
        try {
            TicketKeyDirectory.Listing listing = work.call();
            for (String name : listing.names()) {
                terminal.say(name + (name.equals(listing.sealing()) ? " seals and opens" : " opens"));
            }
            return ExitStatus.DONE;
        } catch (Exception e) {
            terminal.error(String.valueOf(e.getMessage()), hint);
            terminal.trace(e);
            return ExitStatus.REFUSED;
        }
    }
}
