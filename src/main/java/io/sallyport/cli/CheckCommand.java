package io.sallyport.cli;

import io.sallyport.fault.Mistake;
import io.sallyport.fault.MistakesException;
import io.sallyport.gateway.Blueprint;
import io.sallyport.gateway.PortChecks;
import io.sallyport.gateway.UpstreamTrials;
import io.sallyport.pki.SecretFiles;
import io.sallyport.profile.ConfigurationLoader;
import io.sallyport.profile.EffectiveConfiguration;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Says what is wrong with a configuration and its files, without starting anything. */
@Command(
        name = "check",
        description = {
            "Check the configuration, the certificates and keys that it names, and whether its ports are free.",
            "Exit status 0: it can be run; 1: it can't; 2: there is no such file."
        })
final class CheckCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin
    private final ConfigOption config = new ConfigOption();

    @Mixin
    private final FormatOption format = new FormatOption();

    @Option(
            names = "--show-effective",
            description = "Show each key in force, with its source, where nothing is wrong.")
    private boolean showEffective;

    @Option(
            names = "--connect",
            description = "Connect to every upstream too, as its relay would. One of each relay must answer.")
    private boolean connect;

    @Option(names = "--verbose", description = "Show which ciphers each profile's cipher string comes to.")
    private boolean verbose;

    CheckCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws InterruptedException {
        try {
            ConfigurationLoader.Loaded loaded = config.load();
            Blueprint blueprint = Blueprint.of(loaded);
            try {
                return answer(loaded, blueprint);
            } finally {
                blueprint.retire();
            }
        } catch (MistakesException e) {
            answer(new CheckReport(e.mistakes()));
            terminal.trace(e);
            return ExitStatus.NO;
        }
    }

    private int answer(ConfigurationLoader.Loaded loaded, Blueprint blueprint) throws InterruptedException {
        EffectiveConfiguration effective = loaded.effective();
        List<Mistake> around = new ArrayList<>(PortChecks.of(loaded.configuration()));
        loaded.configuration().profiles().values().forEach(profile -> around.addAll(SecretFiles.check(profile)));
        CheckReport report = new CheckReport(blueprint.warnings()).with(effective.placed(around));
        if (connect) {
            UpstreamTrials trials = UpstreamTrials.of(blueprint);
            report = report.with(effective.placed(trials.mistakes())).with(trials);
        }
        if (verbose) {
            report = report.withCiphers(loaded.configuration());
        }
        if (showEffective) {
            terminal.mistakes(report.mistakes());
            terminal.print(format.isJson() ? json(effective) : effective.text());
        } else {
            answer(report);
        }
        return report.errors() == 0 ? ExitStatus.DONE : ExitStatus.NO;
    }

    private void answer(CheckReport report) {
        if (format.isJson()) {
            terminal.print(report.json());
            return;
        }
        Palette palette = terminal.outPalette();
        terminal.print(palette.severities(report.text()));
        long errors = report.errors();
        long warnings = report.mistakes().size() - errors;
        terminal.say(config.file() + ": " + (errors == 0 ? palette.good("good") : palette.bad(counted(errors, "error")))
                + (warnings == 0 ? "" : ", " + palette.doubtful(counted(warnings, "warning"))));
    }

    private static String counted(long count, String what) {
        return count + " " + what + (count == 1 ? "" : "s");
    }

    private static String json(EffectiveConfiguration effective) {
        JsonArray entries = new JsonArray();
        for (EffectiveConfiguration.Entry entry : effective.entries()) {
            entries.add(new JsonObject()
                    .put("key", entry.key())
                    .put("value", entry.value())
                    .put("source", entry.source()));
        }
        return new JsonObject().put("effective", entries).encodePrettily() + "\n";
    }
}
