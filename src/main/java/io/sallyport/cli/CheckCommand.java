package io.sallyport.cli;

import io.sallyport.fault.Mistake;
import io.sallyport.fault.Mistakes;
import io.sallyport.fault.MistakesException;
import io.sallyport.gateway.Blueprint;
import io.sallyport.profile.ConfigurationLoader;
import io.sallyport.profile.EffectiveConfiguration;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Says what is wrong with a configuration and its files, without starting anything. */
@Command(
        name = "check",
        description = {
            "Check the configuration, and the certificates and keys that it names.",
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

    CheckCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        try {
            ConfigurationLoader.Loaded loaded = config.load();
            Blueprint blueprint = Blueprint.of(loaded);
            blueprint.retire();
            answerYes(loaded, blueprint.warnings());
            return ExitStatus.DONE;
        } catch (MistakesException e) {
            answer(e.mistakes());
            terminal.trace(e);
            return ExitStatus.NO;
        }
    }

    private void answerYes(ConfigurationLoader.Loaded loaded, List<Mistake> warnings) {
        if (showEffective) {
            terminal.mistakes(warnings);
            terminal.print(
                    format.isJson()
                            ? json(loaded.effective())
                            : loaded.effective().text());
        } else {
            answer(warnings);
        }
    }

    private void answer(List<Mistake> mistakes) {
        if (format.isJson()) {
            terminal.print(Mistakes.json(mistakes));
            return;
        }
        terminal.print(Mistakes.text(mistakes));
        long errors = mistakes.stream()
                .filter(m -> m.severity() == Mistake.Severity.ERROR)
                .count();
        long warnings = mistakes.size() - errors;
        terminal.say(config.file() + ": " + (errors == 0 ? "good" : counted(errors, "error"))
                + (warnings == 0 ? "" : ", " + counted(warnings, "warning")));
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
