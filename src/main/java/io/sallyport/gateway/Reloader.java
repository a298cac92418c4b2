package io.sallyport.gateway;

import io.micrometer.core.instrument.MeterRegistry;
import io.sallyport.fault.Mistake;
import io.sallyport.fault.MistakesException;
import io.sallyport.observe.Fields;
import io.sallyport.observe.ReloadMeters;
import io.sallyport.profile.Configuration;
import io.sallyport.profile.ConfigurationLoader;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Takes up a configuration that has changed, and files that have, while the gateway runs: whole, or not at all. The new
 * set is read, checked and built completely; only then does it replace the old one. One reload at a time.
 */
@Singleton
public final class Reloader {

    private static final Logger LOG = Logger.getLogger(Reloader.class);

    private final Gateway gateway;
    private final ReloadMeters meters;
    private @Nullable ConfigurationLoader loader;
    private Configuration.Admin admin = Configuration.Admin.DEFAULT;
    private final FileWatch watch = new FileWatch(this::watchRules, this::look);
    /** What the configuration in force was made of. */
    private FileSnapshot files = FileSnapshot.EMPTY;
    /** What the last attempt met, which may have been refused and have named other files. */
    private FileSnapshot met = FileSnapshot.EMPTY;
    /** What the last look found, if it was something else. */
    private FileSnapshot unsettled = FileSnapshot.EMPTY;

    private Set<Path> watched = Set.of();
    private volatile InForce inForce = InForce.from(Instant.now());

    /**
     * What is known of the configuration in force.
     *
     * @param since when it was taken up
     * @param staleSince when a newer one was first refused; null where this is the newest
     * @param why what is wrong with the newer one
     * @param kept profiles of it that are as they were before; all of it is in force but for them
     */
    public record InForce(Instant since, @Nullable Instant staleSince, List<Mistake> why, Set<String> kept) {

        static InForce from(Instant since) {
            return new InForce(since, null, List.of(), Set.of());
        }

        /** Whether only some profiles of it are of old. */
        public boolean isDegraded() {
            return !kept.isEmpty();
        }

        /** Whether the newest one is in force, and all of it. */
        boolean isCurrent() {
            return !isStale() && !isDegraded();
        }

        /** Whether a newer one was refused. */
        public boolean isStale() {
            return staleSince != null;
        }
    }

    @Inject
    public Reloader(Gateway gateway, MeterRegistry registry) {
        this.gateway = gateway;
        this.meters = new ReloadMeters(
                registry,
                Arrays.stream(Reload.Result.values()).map(Reload.Result::code).toList(),
                () -> inForce.isCurrent());
    }

    /**
     * Starts the gateway, and knows from then on where its configuration comes from.
     *
     * @param blueprint of what {@code loader} gave
     * @throws MistakesException as {@link Gateway#start}
     */
    public synchronized void start(ConfigurationLoader loader, Blueprint blueprint) throws MistakesException {
        this.loader = loader;
        admin = blueprint.configuration().admin();
        watched = filesOf(loader, blueprint.configuration());
        files = FileSnapshot.of(watched);
        met = files;
        gateway.start(blueprint);
        inForce = InForce.from(Instant.now());
        watch.start();
    }

    /** No file is looked at any more. */
    @PreDestroy
    public void stop() {
        watch.close();
    }

    private Configuration.Reload watchRules() {
        Blueprint blueprint = gateway.blueprint();
        return blueprint == null
                ? Configuration.Reload.DEFAULT
                : blueprint.configuration().reload();
    }

    /** Reloads once something has changed and two looks have found the same: so what is still being written is left alone. */
    private synchronized void look() {
        FileSnapshot found = FileSnapshot.of(watched);
        if (gateway.phase() != Gateway.Phase.RUNNING || found.equals(met)) {
            unsettled = FileSnapshot.EMPTY;
        } else if (found.equals(unsettled)) {
            unsettled = FileSnapshot.EMPTY;
            var unused = reload(Reload.Trigger.WATCH);
        } else {
            unsettled = found;
        }
    }

    public InForce inForce() {
        return inForce;
    }

    /** Reads everything again. Reads files and binds sockets, so it isn't for event loops. */
    public synchronized Reload reload(Reload.Trigger trigger) {
        gateway.reloading();
        Reload reload = attempt();
        gateway.reloaded(reload.result());
        meters.count(reload.result().code());
        gateway.events().reloaded(reload.result().code(), sentence(trigger, reload), hint(reload));
        log(trigger, reload);
        return reload;
    }

    /**
     * What {@link #reload} would come to now. Nothing is changed, counted or logged, and the configuration in force is as
     * new or stale as before.
     */
    public synchronized Reload preview() {
        ConfigurationLoader from = loader;
        Blueprint before = gateway.blueprint();
        if (from == null || before == null) {
            return Reload.ignored();
        }
        try {
            ConfigurationLoader.Loaded loaded = from.load();
            FileSnapshot current = FileSnapshot.of(filesOf(from, loaded.configuration()));
            Blueprint next = draw(loaded, before);
            refuseOpenDoor(next);
            Changes changes = Changes.between(before, next, current.changedSince(files));
            return gateway.rehearse(next) ? accepted(next, changes) : Reload.ignored();
        } catch (MistakesException e) {
            return Reload.refused(e.mistakes());
        }
    }

    private static Blueprint draw(ConfigurationLoader.Loaded loaded, Blueprint before) throws MistakesException {
        return loaded.configuration().reload().lenient()
                ? Blueprint.lenient(loaded, before)
                : Blueprint.of(loaded, before);
    }

    private Reload attempt() {
        ConfigurationLoader from = loader;
        Blueprint before = gateway.blueprint();
        if (from == null || before == null || gateway.phase() != Gateway.Phase.RUNNING) {
            return Reload.ignored();
        }
        // Taken before they are read: what changes in between is seen as a change the next time.
        met = FileSnapshot.of(watched);
        try {
            ConfigurationLoader.Loaded loaded = from.load();
            Set<Path> named = filesOf(from, loaded.configuration());
            FileSnapshot current = FileSnapshot.of(named);
            // If it is refused now, a file that it names and that comes later is a reason to try again.
            watched = union(named, filesOf(from, before.configuration()));
            met = FileSnapshot.of(watched);
            Blueprint next = draw(loaded, before);
            refuseOpenDoor(next);
            Changes changes = Changes.between(before, next, current.changedSince(files));
            if (!gateway.replace(next)) {
                return Reload.ignored();
            }
            watched = named;
            files = current;
            met = current;
            return taken(next, changes);
        } catch (MistakesException e) {
            Reload refused = Reload.refused(e.mistakes());
            inForce = new InForce(inForce.since(), staleSince(refused.at()), e.mistakes(), Set.of());
            return refused;
        }
    }

    private Reload taken(Blueprint now, Changes changes) {
        Reload reload = accepted(now, changes);
        Instant since = changes.isEmpty() ? inForce.since() : reload.at();
        inForce = reload.result() == Reload.Result.DEGRADED
                ? new InForce(
                        since,
                        staleSince(reload.at()),
                        reload.mistakes(),
                        now.kept().keySet())
                : InForce.from(since);
        return reload;
    }

    private Instant staleSince(Instant now) {
        Instant known = inForce.staleSince();
        return known == null ? now : known;
    }

    private Reload accepted(Blueprint next, Changes changes) {
        List<Mistake> mistakes = new ArrayList<>(next.warnings());
        warnAboutAdmin(next, mistakes);
        mistakes.addAll(gateway.later(next));
        next.kept().values().forEach(mistakes::addAll);
        Reload.Result result = !next.kept().isEmpty()
                ? Reload.Result.DEGRADED
                : changes.isEmpty() ? Reload.Result.UNCHANGED : Reload.Result.APPLIED;
        return new Reload(result, Instant.now(), changes, mistakes);
    }

    private static Set<Path> filesOf(ConfigurationLoader loader, Configuration configuration) {
        Set<Path> files = new TreeSet<>(loader.files());
        configuration.profiles().values().forEach(profile -> files.addAll(profile.files()));
        files.addAll(configuration.admin().tokens().files());
        return files;
    }

    private static Set<Path> union(Set<Path> one, Set<Path> other) {
        Set<Path> both = new TreeSet<>(one);
        both.addAll(other);
        return both;
    }

    /** Where other machines reach the admin side, a configuration for loopback alone must wait for the restart that binds it there. */
    private void refuseOpenDoor(Blueprint next) throws MistakesException {
        if (!admin.address().isLoopback() && !next.access().asks()) {
            next.retire();
            throw new MistakesException(List.of(Mistake.error(
                    "sallyport.admin",
                    null,
                    "would ask nobody who they are, and until the next start the admin side listens on "
                            + admin.address(),
                    "keep admin.profile or a token-file until then, or restart")));
        }
    }

    /** The socket of the admin side is bound once. What it shows and whom it lets in is taken up like all else. */
    private void warnAboutAdmin(Blueprint now, List<Mistake> warnings) {
        Configuration.Admin wanted = now.configuration().admin();
        if (!wanted.address().equals(admin.address())) {
            warnings.add(Mistake.warning(
                    "sallyport.admin.address",
                    null,
                    "is " + wanted.address() + " from the next start on; until then it stays " + admin.address(),
                    "restart when it suits"));
        }
        if ((wanted.profile() == null) != (admin.profile() == null)) {
            warnings.add(Mistake.warning(
                    "sallyport.admin.profile",
                    null,
                    "gives the admin side " + (wanted.profile() == null ? "plain HTTP" : "TLS")
                            + " from the next start on; until then it stays as it is",
                    "restart when it suits"));
        }
    }

    /** For those who look at events: what is otherwise, or why it isn't. */
    private static String sentence(Reload.Trigger trigger, Reload reload) {
        List<String> parts = new ArrayList<>(List.of("asked for by " + trigger.code()));
        named(parts, "profiles", reload.changes().profiles());
        named(parts, "relays", reload.changes().relays());
        if (!reload.changes().settings().isEmpty()) {
            parts.add("settings: " + String.join(", ", reload.changes().settings()));
        }
        if (!reload.changes().files().isEmpty()) {
            parts.add("files with other content: " + reload.changes().files().size());
        }
        firstError(reload).ifPresent(mistake -> parts.add(mistake.key() + ": " + mistake.message()));
        if (errors(reload.mistakes()) > 1) {
            parts.add("and " + (errors(reload.mistakes()) - 1) + " more");
        }
        return String.join("; ", parts);
    }

    private static void named(List<String> parts, String what, Changes.Difference difference) {
        Map<String, List<String>> named = new LinkedHashMap<>();
        named.put("added", difference.added());
        named.put("changed", difference.changed());
        named.put("removed", difference.removed());
        named.forEach((how, names) -> {
            if (!names.isEmpty()) {
                parts.add(what + " " + how + ": " + String.join(", ", names));
            }
        });
    }

    private static @Nullable String hint(Reload reload) {
        return firstError(reload).map(Mistake::hint).orElse(null);
    }

    private static Optional<Mistake> firstError(Reload reload) {
        return reload.mistakes().stream()
                .filter(mistake -> mistake.severity() == Mistake.Severity.ERROR)
                .findFirst();
    }

    private static void log(Reload.Trigger trigger, Reload reload) {
        switch (reload.result()) {
            case APPLIED -> LOG.info(changes(new Fields("configuration reloaded"), trigger, reload.changes()));
            case DEGRADED ->
                LOG.error(changes(
                        new Fields("configuration reloaded in part, profiles with mistakes stay as they were"),
                        trigger,
                        reload.changes()));
            case UNCHANGED ->
                LOG.info(new Fields("configuration reloaded, nothing has changed")
                        .add("trigger", trigger.code())
                        .toString());
            case REFUSED ->
                LOG.error(new Fields("configuration refused, the one before stays in force")
                        .add("trigger", trigger.code())
                        .add("errors", errors(reload.mistakes()))
                        .toString());
            case IGNORED ->
                LOG.info(new Fields("reload ignored, the gateway isn't running")
                        .add("trigger", trigger.code())
                        .toString());
        }
        reload.mistakes().forEach(Reloader::log);
    }

    private static long errors(List<Mistake> mistakes) {
        return mistakes.stream()
                .filter(mistake -> mistake.severity() == Mistake.Severity.ERROR)
                .count();
    }

    private static String changes(Fields line, Reload.Trigger trigger, Changes changes) {
        line.add("trigger", trigger.code());
        add(line, "profiles", changes.profiles());
        add(line, "relays", changes.relays());
        return line.add("settings", String.join(",", changes.settings()))
                .add("files", changes.files().size())
                .toString();
    }

    private static void add(Fields line, String what, Changes.Difference difference) {
        line.add(what + "_added", String.join(",", difference.added()))
                .add(what + "_removed", String.join(",", difference.removed()))
                .add(what + "_changed", String.join(",", difference.changed()));
    }

    private static void log(Mistake mistake) {
        boolean isError = mistake.severity() == Mistake.Severity.ERROR;
        LOG.log(
                isError ? Logger.Level.ERROR : Logger.Level.WARN,
                new Fields(isError ? "mistake in the configuration" : "doubtful in the configuration")
                        .add("key", mistake.key())
                        .add("at", mistake.origin())
                        .add("detail", mistake.message())
                        .add("hint", mistake.hint())
                        .toString());
    }
}
