package io.sallyport.cli;

import io.sallyport.fault.MistakesException;
import io.sallyport.profile.ConfigurationLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The option {@code --config}, the same for every command that reads the configuration. */
final class ConfigOption {

    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec command;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            defaultValue = "config/sallyport.yaml",
            description = "The configuration. Default: ${DEFAULT-VALUE}")
    private Path file = ConfigurationLoader.DEFAULT_FILE;

    Path file() {
        return file;
    }

    /**
     * Loads the configuration.
     *
     * @throws MistakesException with every mistake in it
     * @throws WrongUse if there is no such file
     */
    ConfigurationLoader.Loaded load() throws MistakesException {
        return loader().load();
    }

    /**
     * Loads the configuration, now and again.
     *
     * @throws WrongUse if there is no such file now
     */
    ConfigurationLoader loader() {
        if (command != null && !Files.isReadable(file)) {
            throw Files.exists(file)
                    ? new WrongUse(
                            command.commandLine(),
                            "the configuration " + file + " can't be read: permission denied",
                            "run it as the file's owner, or let its group read it")
                    : new WrongUse(
                            command.commandLine(),
                            "there is no configuration " + file,
                            "name it with --config, or write it first: see docs/configuration.md");
        }
        return ConfigurationLoader.ofProcess(file);
    }
}
