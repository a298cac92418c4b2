package io.sallyport.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A word that only groups commands, such as {@code cert}. */
abstract class CommandGroup implements Runnable {

    private final Terminal terminal;

    @Spec
    private @Nullable CommandSpec spec;

    CommandGroup(Terminal terminal) {
        this.terminal = terminal;
    }

    Terminal terminal() {
        return terminal;
    }

    /** What it groups. */
    abstract Commands commands();

    @Override
    public void run() {
        if (spec == null) {
            throw new IllegalStateException("not made by picocli");
        }
        spec.commandLine().usage(spec.commandLine().getErr());
        throw new ParameterException(spec.commandLine(), "no command given after " + spec.name());
    }
}
