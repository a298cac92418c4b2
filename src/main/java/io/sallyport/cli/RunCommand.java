package io.sallyport.cli;

import io.sallyport.fault.MistakesException;
import io.sallyport.gateway.Blueprint;
import io.sallyport.gateway.Reload;
import io.sallyport.observe.Fields;
import io.sallyport.profile.ConfigurationLoader;
import java.util.concurrent.Callable;
import org.jboss.logging.Logger;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Runs the gateway until it is told to stop. */
@Command(name = "run", description = "Run the gateway until SIGTERM or SIGINT. SIGHUP reads the configuration again.")
final class RunCommand implements Callable<Integer> {

    private static final Logger LOG = Logger.getLogger(RunCommand.class);

    private final Terminal terminal;
    private final StopRequest stop;

    @Mixin
    private final ConfigOption config = new ConfigOption();

    RunCommand(Terminal terminal, StopRequest stop) {
        this.terminal = terminal;
        this.stop = stop;
    }

    @Override
    public Integer call() throws MistakesException {
        stop.heed();
        ConfigurationLoader loader = config.loader();
        Blueprint blueprint = Blueprint.of(loader.load());
        terminal.mistakes(blueprint.warnings());
        return Server.run(blueprint.access(), terminal.debugs(), running -> serve(running, loader, blueprint));
    }

    private int serve(Server.Running running, ConfigurationLoader loader, Blueprint blueprint)
            throws MistakesException, InterruptedException {
        running.reloader().start(loader, blueprint);
        stop.onHangup(() -> running.reloader().reload(Reload.Trigger.SIGNAL));
        LOG.info(new Fields("ready")
                .add("relays", blueprint.plans().size())
                .add("admin", running.admin())
                .toString());
        stop.await();
        running.gateway().drain();
        LOG.info("stopping");
        running.gateway().stop();
        LOG.info("stopped");
        return ExitStatus.DONE;
    }
}
