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
import io.sallyport.profile.Route;
import io.sallyport.profile.Unverified;
import io.sallyport.relay.RelayPlan;
import io.sallyport.relay.RoutePlan;
import io.sallyport.tls.Side;
import io.sallyport.tls.TlsContext;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * All that a gateway needs before it binds anything: files read, keys matched, contexts built. It holds the contexts
 * until it is {@linkplain #retire retired}.
 *
 * @param materials by profile, used or not
 * @param contexts of the profiles that relays use
 * @param plans one for each relay, in the order of the configuration
 * @param access who may do what on the admin side
 * @param effective each key that it was made of
 * @param warnings what the operator should know, and what keeps nothing from starting
 * @param kept profiles that are as they were, since what they are to be can't be had, with what is wrong
 */
public record Blueprint(
        Configuration configuration,
        Map<String, Material> materials,
        Map<Use, TlsContext> contexts,
        List<RelayPlan> plans,
        AdminAccess access,
        EffectiveConfiguration effective,
        List<Mistake> warnings,
        Map<String, List<Mistake>> kept) {

    /** A profile on one side of relays. */
    public record Use(String profile, Side side, AllowList allow) {}

    /** One that nothing is taken over from. */
    public static final Blueprint NONE = new Blueprint(
            new Configuration(Map.of(), Map.of(), Configuration.Admin.DEFAULT),
            Map.of(),
            Map.of(),
            List.of(),
            AdminAccess.open(Configuration.Admin.DEFAULT),
            EffectiveConfiguration.UNKNOWN,
            List.of(),
            Map.of());

    /**
     * Draws the blueprint. A profile that no relay uses is checked too: a mistake in it would else be found on the day
     * when it is needed.
     *
     * @throws MistakesException with everything that is wrong, and the warnings beside it
     */
    public static Blueprint of(Configuration configuration) throws MistakesException {
        return of(configuration, NONE, Map.of());
    }

    private static Blueprint of(Configuration configuration, Blueprint previous, Map<String, List<Mistake>> kept)
            throws MistakesException {
        Draft draft = new Draft(configuration, previous, kept, Instant.now());
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
        return of(loaded, NONE);
    }

    /**
     * Draws the blueprint of what was loaded, to follow another one. A profile of which nothing has changed, in the
     * configuration or in its files, keeps its contexts, and with them its sessions.
     *
     * @param previous not retired yet
     * @throws MistakesException as above
     */
    public static Blueprint of(ConfigurationLoader.Loaded loaded, Blueprint previous) throws MistakesException {
        try {
            return complete(loaded, of(loaded.configuration(), previous, Map.of()));
        } catch (MistakesException e) {
            throw new MistakesException(
                    joined(loaded.warnings(), loaded.effective().placed(e.mistakes())));
        }
    }

    /**
     * The same, but a profile whose files can't be used stays as it was in {@code previous}: {@link #kept} has those. All
     * else is as it is wanted.
     *
     * @throws MistakesException where something else is wrong, or a profile that was not there before
     */
    static Blueprint lenient(ConfigurationLoader.Loaded loaded, Blueprint previous) throws MistakesException {
        Configuration wanted = loaded.configuration();
        Map<String, List<Mistake>> kept = new LinkedHashMap<>();
        while (true) {
            try {
                return complete(loaded, of(wanted, previous, Map.copyOf(kept)));
            } catch (MistakesException e) {
                List<Mistake> mistakes = loaded.effective().placed(e.mistakes());
                Map<String, List<Mistake>> broken =
                        byProfile(mistakes, previous.configuration().profiles());
                broken.keySet().removeAll(kept.keySet());
                if (broken.isEmpty() || hasOthers(mistakes, broken)) {
                    throw new MistakesException(joined(loaded.warnings(), mistakes));
                }
                kept.putAll(broken);
                wanted = wanted.with(previous.configuration().profiles(), broken.keySet());
            }
        }
    }

    /** What is wrong with profiles that there are. */
    private static Map<String, List<Mistake>> byProfile(List<Mistake> mistakes, Map<String, Profile> profiles) {
        Map<String, List<Mistake>> byProfile = new LinkedHashMap<>();
        for (String name : profiles.keySet()) {
            List<Mistake> own = errors(mistakes)
                    .filter(mistake -> mistake.key().startsWith("sallyport.profiles." + name + "."))
                    .toList();
            if (!own.isEmpty()) {
                byProfile.put(name, own);
            }
        }
        return byProfile;
    }

    private static boolean hasOthers(List<Mistake> mistakes, Map<String, List<Mistake>> known) {
        return errors(mistakes).anyMatch(mistake -> known.values().stream().noneMatch(list -> list.contains(mistake)));
    }

    private static Stream<Mistake> errors(List<Mistake> mistakes) {
        return mistakes.stream().filter(mistake -> mistake.severity() == Mistake.Severity.ERROR);
    }

    private static Blueprint complete(ConfigurationLoader.Loaded loaded, Blueprint drawn) {
        return new Blueprint(
                drawn.configuration,
                drawn.materials,
                drawn.contexts,
                drawn.plans,
                drawn.access,
                loaded.effective(),
                joined(loaded.warnings(), loaded.effective().placed(drawn.warnings)),
                drawn.kept);
    }

    private static List<Mistake> joined(List<Mistake> first, List<Mistake> second) {
        return Stream.concat(first.stream(), second.stream()).toList();
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
        boolean ofTheSystem = Profile.SYSTEM_CA.equals(profile.trust().ca());
        return material == null || material.anchors() == null || ofTheSystem
                ? List.of()
                : material.anchors().certificates();
    }

    /** The CRLs that a profile asks. */
    public List<X509CRL> crls(Profile profile) {
        Material material = materials.get(profile.name());
        return material == null ? List.of() : material.revocation().crls().crls();
    }

    /** When the first CRL of each profile that has one is out of date. */
    public Map<String, Instant> crlNextUpdates() {
        Map<String, Instant> nextUpdates = new LinkedHashMap<>();
        materials.forEach((profile, material) ->
                material.revocation().crls().nextUpdate().ifPresent(next -> nextUpdates.put(profile, next)));
        return nextUpdates;
    }

    /** Whether this profile is here too, and nothing differs in its configuration or in what its files hold. */
    boolean has(Profile profile, @Nullable Material material) {
        return profile.equals(configuration.profiles().get(profile.name()))
                && Objects.equals(material, materials.get(profile.name()));
    }

    /** Lets go of the contexts: they are freed with their last connections. Called once. */
    public void retire() {
        contexts.values().forEach(TlsContext::letGo);
    }

    /** What is known while it is drawn. */
    private static final class Draft {

        private final Configuration configuration;
        private final Blueprint previous;
        private final Map<String, List<Mistake>> kept;
        private final Instant now;
        private final List<Mistake> mistakes = new ArrayList<>();
        private final Map<String, Material> materials = new LinkedHashMap<>();
        private final Map<Use, TlsContext> contexts = new LinkedHashMap<>();
        private final List<RelayPlan> plans = new ArrayList<>();

        Draft(Configuration configuration, Blueprint previous, Map<String, List<Mistake>> kept, Instant now) {
            this.configuration = configuration;
            this.previous = previous;
            this.kept = kept;
            this.now = now;
        }

        void read(Profile profile) {
            Material before = previous.materials.get(profile.name());
            if (kept.containsKey(profile.name()) && before != null) {
                materials.put(profile.name(), before);
                return;
            }
            Material.Reading reading = Material.read(profile, now);
            mistakes.addAll(reading.mistakes());
            if (reading.material() != null) {
                materials.put(profile.name(), reading.material());
            }
        }

        void plan(Relay relay) {
            mistakes.addAll(TransportChecks.of(relay));
            plans.add(new RelayPlan(
                    relay,
                    context(
                            relay.listen().profile(),
                            Side.SERVER,
                            relay.listen().allow()),
                    context(relay.connect().profile(), Side.CLIENT, AllowList.EVERYONE),
                    relay.routes().list().stream()
                            .map(route -> plan(relay, route))
                            .toList(),
                    relay.routes().unverified() instanceof Unverified.Elsewhere elsewhere
                            ? context(elsewhere.connect().profile(), Side.CLIENT, AllowList.EVERYONE)
                            : null));
        }

        private RoutePlan plan(Relay relay, Route route) {
            Relay.Connect connect = route.connect();
            return new RoutePlan(
                    route,
                    context(route.profile(), Side.SERVER, relay.listen().allow()),
                    connect == null ? null : context(connect.profile(), Side.CLIENT, AllowList.EVERYONE));
        }

        void tryUnused(Profile profile) {
            boolean used =
                    contexts.keySet().stream().anyMatch(use -> use.profile().equals(profile.name()));
            TlsContext context = used ? null : obtain(new Use(profile.name(), Side.CLIENT, AllowList.EVERYONE));
            if (context != null) {
                context.letGo();
            }
        }

        private @Nullable TlsContext context(@Nullable String profile, Side side, AllowList allow) {
            if (profile == null) {
                return null;
            }
            Use use = new Use(profile, side, allow);
            TlsContext known = contexts.get(use);
            if (known != null) {
                return known;
            }
            TlsContext context = obtain(use);
            Material material = materials.get(profile);
            if (context != null && material != null) {
                mistakes.addAll(SideChecks.of(context.profile(), material, side));
                contexts.put(use, context);
            }
            return context;
        }

        /** The previous blueprint's where it can be kept, else a new one; null after a mistake, which is then noted. */
        private @Nullable TlsContext obtain(Use use) {
            Profile profile = configuration.profiles().get(use.profile());
            Material material = materials.get(use.profile());
            if (profile == null || material == null) {
                return null;
            }
            TlsContext kept = previous.contexts.get(use);
            if (kept != null && previous.has(profile, material) && kept.hold()) {
                return kept;
            }
            return create(use, profile, material);
        }

        private @Nullable TlsContext create(Use use, Profile profile, Material material) {
            try {
                return TlsContext.create(profile.narrowedBy(use.allow()), material, use.side());
            } catch (MistakesException e) {
                e.mistakes().stream().filter(m -> !mistakes.contains(m)).forEach(mistakes::add);
                return null;
            }
        }

        /** What the profile of the admin side shows must fit a server too. */
        private void checkAdminProfile() {
            String name = configuration.admin().profile();
            Profile profile = name == null ? null : configuration.profiles().get(name);
            Material material = name == null ? null : materials.get(name);
            if (profile != null
                    && material != null
                    && contexts.keySet().stream().noneMatch(isServer(profile.name()))) {
                mistakes.addAll(SideChecks.of(profile, material, Side.SERVER));
            }
        }

        private static Predicate<Use> isServer(String profile) {
            return use -> use.profile().equals(profile) && use.side() == Side.SERVER;
        }

        Blueprint finish() throws MistakesException {
            checkAdminProfile();
            AdminAccess access = AdminAccess.read(configuration, materials, mistakes);
            Blueprint blueprint = new Blueprint(
                    configuration,
                    Map.copyOf(materials),
                    Map.copyOf(contexts),
                    List.copyOf(plans),
                    access,
                    EffectiveConfiguration.UNKNOWN,
                    List.copyOf(mistakes),
                    kept);
            if (mistakes.stream().anyMatch(m -> m.severity() == Mistake.Severity.ERROR)) {
                blueprint.retire();
                throw new MistakesException(mistakes);
            }
            return blueprint;
        }
    }
}
