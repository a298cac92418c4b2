package io.sallyport.cli;

import io.sallyport.fault.MistakesException;
import io.sallyport.profile.Configuration;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

@Command(name = "check", description = "Check.")
final class CheckCommand implements Callable<Integer> {
    static final String DEFAULT_CONFIG = "config/sallyport.yaml";

    CheckCommand(Terminal terminal) {}

    static Configuration load(Path config) throws MistakesException {
        return new Configuration(Map.of(), Map.of(), Configuration.Admin.DEFAULT);
    }

    @Override
    public Integer call() {
        return 0;
    }
}
