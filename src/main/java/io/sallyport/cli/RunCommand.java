package io.sallyport.cli;

import io.sallyport.fault.MistakesException;
import io.sallyport.gateway.Blueprint;
import io.sallyport.gateway.Gateway;
import io.sallyport.observe.Fields;
import io.sallyport.profile.Address;
import io.sallyport.profile.Configuration;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jboss.logging.Logger;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs the gateway until it is told to stop. */
@Command(name = "run", description = "Run the gateway until SIGTERM or SIGINT.")
final class RunCommand implements Callable<Integer> {

    private static final Logger LOG = Logger.getLogger(RunCommand.class);

    private final Terminal terminal;
    private final StopRequest stop;
    private final RootCommand root;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            defaultValue = CheckCommand.DEFAULT_CONFIG,
            description = "The configuration. Default: ${DEFAULT-VALUE}")
    private Path config = Path.of(CheckCommand.DEFAULT_CONFIG);

    RunCommand(Terminal terminal, StopRequest stop, RootCommand root) {
        this.terminal = terminal;
        this.stop = stop;
        this.root = root;
    }

    @Override
    public Integer call() throws MistakesException {
        stop.heed();
        Configuration configuration = CheckCommand.load(config);
        Blueprint blueprint = Blueprint.of(configuration);
        terminal.mistakes(blueprint.warnings());
        return Server.run(
                configuration.admin().address(), root.debug(), (gateway, admin) -> serve(gateway, blueprint, admin));
    }

    private int serve(Gateway gateway, Blueprint blueprint, Address admin)
            throws MistakesException, InterruptedException {
        gateway.start(blueprint);
        LOG.info(new Fields("ready")
                .add("relays", blueprint.plans().size())
                .add("admin", "http://" + admin)
                .toString());
        stop.await();
        LOG.info("stopping");
        gateway.stop();
        LOG.info("stopped");
        return ExitStatus.DONE;
    }
}
