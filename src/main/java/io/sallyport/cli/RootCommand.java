package io.sallyport.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The program without a command. */
@Command(
        name = "sallyport",
        description = "A TLS gateway: it proves who is on the other end, and relays their bytes.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        scope = ScopeType.INHERIT,
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:done",
            "1:the answer is no",
            "2:wrong use, unreadable input, or a configuration that can't be run"
        })
final class RootCommand implements Runnable {

    private final Terminal terminal;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(names = "--debug", scope = ScopeType.INHERIT, description = "Log more, and show stack traces.")
    private boolean debug;

    @Option(
            names = "--color",
            scope = ScopeType.INHERIT,
            paramLabel = "auto|always|never",
            description = "Colour verdicts. Default: on a terminal, unless NO_COLOR is set.")
    private ColourWish colour = ColourWish.auto;

    RootCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    boolean debug() {
        return debug;
    }

    ColourWish colour() {
        return colour;
    }

    @Override
    public void run() {
        if (spec == null) {
            throw new IllegalStateException("not made by picocli");
        }
        spec.commandLine().usage(terminal.err());
        throw new ParameterException(spec.commandLine(), "no command given");
    }
}
