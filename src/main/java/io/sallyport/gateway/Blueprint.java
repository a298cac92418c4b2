package io.sallyport.gateway;

import io.sallyport.fault.Mistake;
import io.sallyport.fault.MistakesException;
import io.sallyport.pki.Material;
import io.sallyport.profile.AllowList;
import io.sallyport.profile.Configuration;
import io.sallyport.profile.ConfigurationLoader;
import io.sallyport.profile.EffectiveConfiguration;
import io.sallyport.profile.Profile;
import io.sallyport.profile.Relay;
import io.sallyport.relay.RelayPlan;
import io.sallyport.tls.Side;
import io.sallyport.tls.TlsContext;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * All that a gateway needs before it binds anything: files read, keys matched, contexts built.
 *
 * @param materials by profile, used or not
 * @param plans one for each relay, in the order of the configuration
 * @param warnings what the operator should know, and what keeps nothing from starting
 */
public record Blueprint(
        Configuration configuration, Map<String, Material> materials, List<RelayPlan> plans, List<Mistake> warnings) {

    /**
     * Draws the blueprint. A profile that no relay uses is checked too: a mistake in it would else be found on the day
     * when it is needed.
     *
     * @throws MistakesException with everything that is wrong, and the warnings beside it
     */
    public static Blueprint of(Configuration configuration) throws MistakesException {
        Draft draft = new Draft(configuration, Instant.now());
        configuration.profiles().values().forEach(draft::read);
        configuration.relays().values().forEach(draft::plan);
        configuration.profiles().values().forEach(draft::tryUnused);
        return draft.finish();
    }

    /**
     * Draws the blueprint of what was loaded; its warnings are among the blueprint's.
     *
     * @throws MistakesException as above, each mistake with the place where its key was written
     */
    public static Blueprint of(ConfigurationLoader.Loaded loaded) throws MistakesException {
        Map<String, String> sources = loaded.effective().entries().stream()
                .collect(Collectors.toMap(
                        EffectiveConfiguration.Entry::key,
                        EffectiveConfiguration.Entry::source,
                        (first, second) -> first));
        try {
            Blueprint drawn = of(loaded.configuration());
            return new Blueprint(
                    drawn.configuration,
                    drawn.materials,
                    drawn.plans,
                    joined(loaded.warnings(), placed(drawn.warnings, sources)));
        } catch (MistakesException e) {
            throw new MistakesException(joined(loaded.warnings(), placed(e.mistakes(), sources)));
        }
    }

    private static List<Mistake> joined(List<Mistake> first, List<Mistake> second) {
        return Stream.concat(first.stream(), second.stream()).toList();
    }

    /** Who reads files knows the key of their name, but not where the operator wrote it. */
    private static List<Mistake> placed(List<Mistake> mistakes, Map<String, String> sources) {
        return mistakes.stream()
                .map(m -> m.origin() != null
                        ? m
                        : new Mistake(m.severity(), m.key(), sources.get(m.key()), m.message(), m.hint()))
                .toList();
    }

    /** The chain that a profile shows, leaf first; empty where it shows none. */
    public List<X509Certificate> chain(Profile profile) {
        Material material = materials.get(profile.name());
        return material == null || material.credential() == null
                ? List.of()
                : material.credential().chain();
    }

    /** The CA certificates of a profile's own files: what the system trusts isn't the operator's to renew, nor to list. */
    public List<X509Certificate> ownAnchors(Profile profile) {
        Material material = materials.get(profile.name());
        boolean ofTheSystem = "system".equals(profile.trust().ca());
        return material == null || material.anchors() == null || ofTheSystem
                ? List.of()
                : material.anchors().certificates();
    }

    /** When the first CRL of each profile that has one is out of date. */
    public Map<String, Instant> crlNextUpdates() {
        Map<String, Instant> nextUpdates = new LinkedHashMap<>();
        materials.forEach((profile, material) ->
                material.revocation().crls().nextUpdate().ifPresent(next -> nextUpdates.put(profile, next)));
        return nextUpdates;
    }

    /** Gives up the contexts: no new connection will use them. Called once. */
    public void retire() {
        plans.stream().flatMap(Blueprint::contexts).distinct().forEach(TlsContext::retire);
    }

    private static Stream<TlsContext> contexts(RelayPlan plan) {
        return Stream.of(plan.listen(), plan.connect()).filter(Objects::nonNull);
    }

    /** What is known while it is drawn. */
    private static final class Draft {

        /** @param allow of the relay, which has a context of its own where it narrows its profile's lists */
        private record Use(String profile, Side side, AllowList allow) {}

        private final Configuration configuration;
        private final Instant now;
        private final List<Mistake> mistakes = new ArrayList<>();
        private final Map<String, Material> materials = new LinkedHashMap<>();
        private final Map<Use, @Nullable TlsContext> contexts = new LinkedHashMap<>();
        private final List<RelayPlan> plans = new ArrayList<>();

        Draft(Configuration configuration, Instant now) {
            this.configuration = configuration;
            this.now = now;
        }

        void read(Profile profile) {
            Material.Reading reading = Material.read(profile, now);
            mistakes.addAll(reading.mistakes());
            if (reading.material() != null) {
                materials.put(profile.name(), reading.material());
            }
        }

        void plan(Relay relay) {
            plans.add(new RelayPlan(
                    relay,
                    context(
                            relay.listen().profile(),
                            Side.SERVER,
                            relay.listen().allow()),
                    context(relay.connect().profile(), Side.CLIENT, AllowList.EVERYONE)));
        }

        void tryUnused(Profile profile) {
            boolean used =
                    contexts.keySet().stream().anyMatch(use -> use.profile().equals(profile.name()));
            TlsContext context = used ? null : create(new Use(profile.name(), Side.CLIENT, AllowList.EVERYONE));
            if (context != null) {
                context.retire();
            }
        }

        private @Nullable TlsContext context(@Nullable String profile, Side side, AllowList allow) {
            return profile == null ? null : contexts.computeIfAbsent(new Use(profile, side, allow), this::create);
        }

        /** Null after a mistake, which is then noted. */
        private @Nullable TlsContext create(Use use) {
            Profile profile = configuration.profiles().get(use.profile());
            Material material = materials.get(use.profile());
            if (profile == null || material == null) {
                return null;
            }
            try {
                return TlsContext.create(profile.narrowedBy(use.allow()), material, use.side());
            } catch (MistakesException e) {
                e.mistakes().stream().filter(m -> !mistakes.contains(m)).forEach(mistakes::add);
                return null;
            }
        }

        Blueprint finish() throws MistakesException {
            Blueprint blueprint =
                    new Blueprint(configuration, Map.copyOf(materials), List.copyOf(plans), List.copyOf(mistakes));
            if (mistakes.stream().anyMatch(m -> m.severity() == Mistake.Severity.ERROR)) {
                blueprint.retire();
                throw new MistakesException(mistakes);
            }
            return blueprint;
        }
    }
}
