package io.sallyport.cli;

import io.sallyport.fault.MistakesException;
import io.sallyport.profile.ConfigurationLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
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
     * @throws ParameterException if there is no such file
     */
    ConfigurationLoader.Loaded load() throws MistakesException {
        if (command != null && !Files.isReadable(file)) {
            throw new ParameterException(
                    command.commandLine(),
                    Files.exists(file)
                            ? "the configuration " + file + " can't be read: permission denied"
                            : "there is no configuration " + file);
        }
        return ConfigurationLoader.ofProcess(file).load();
    }
}
