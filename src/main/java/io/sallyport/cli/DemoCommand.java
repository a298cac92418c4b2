package io.sallyport.cli;

import io.sallyport.gateway.Blueprint;
import io.sallyport.gateway.Reload;
import io.sallyport.profile.ConfigurationLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Shows on this machine alone what the gateway does: with certificates, an upstream and clients of its own. */
@Command(
        name = "demo",
        description = {
            "Show the gateway at work: throw-away certificates, an echo upstream, a TLS-to-plain and a plain-to-TLS"
                    + " relay, and clients that send real data through both.",
            "Stays up until SIGTERM or SIGINT. Exit status 0: everything came as it should; 1: something didn't."
        })
final class DemoCommand implements Callable<Integer> {

    private static final String NEW_DIRECTORY = "name a new directory, or an empty one";

    private final Terminal terminal;
    private final StopRequest stop;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(names = "--once", description = "End after one round.")
    private boolean once;

    @Option(
            names = "--certs",
            paramLabel = "DIR",
            description =
                    "Write certificates and configuration here and keep them. The directory must be new or empty.")
    private @Nullable Path certs;

    DemoCommand(Terminal terminal, StopRequest stop) {
        this.terminal = terminal;
        this.stop = stop;
    }

    @Override
    public Integer call() throws Exception {
        stop.heed();
        refuseUsedDirectory();
        DemoCertificates certificates =
                DemoCertificates.create(certs != null ? certs : Files.createTempDirectory("sallyport-demo-"));
        try {
            if (!terminal.debugs()) {
                // The gateway's own lines are shown where the story comes to them.
                System.setProperty("quarkus.log.console.level", "WARN");
            }
            return Server.run(DemoConfiguration.ADMIN, terminal.debugs(), running -> show(running, certificates));
        } finally {
            if (certs == null) {
                certificates.delete();
            }
        }
    }

    private void refuseUsedDirectory() throws IOException {
        if (certs == null || spec == null || !Files.exists(certs)) {
            return;
        }
        if (!Files.isDirectory(certs)) {
            throw new WrongUse(spec.commandLine(), certs + " is no directory", NEW_DIRECTORY);
        }
        try (Stream<Path> entries = Files.list(certs)) {
            if (entries.findAny().isPresent()) {
                throw new WrongUse(
                        spec.commandLine(), certs + " is not empty, and nothing in it is overwritten", NEW_DIRECTORY);
            }
        }
    }

    private int show(Server.Running running, DemoCertificates certificates) throws Exception {
        try (DemoUpstream upstream = DemoUpstream.start();
                RefusalsHeard refusals = new RefusalsHeard()) {
            Path file = DemoConfiguration.write(certificates.directory(), upstream.address());
            ConfigurationLoader loader = DemoConfiguration.loader(file);
            running.reloader().start(loader, Blueprint.of(loader.load()));
            stop.onHangup(() -> running.reloader().reload(Reload.Trigger.SIGNAL));
            DemoStory story = new DemoStory(terminal, running, certificates, upstream, refusals);
            boolean good = story.tell(certs != null);
            if (!once) {
                story.sayWhereToLook();
                stop.await();
            }
            return good ? ExitStatus.DONE : ExitStatus.NO;
        } finally {
            running.gateway().stop();
        }
    }
}
