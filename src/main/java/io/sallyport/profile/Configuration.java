package io.sallyport.profile;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * All that the operator wrote, whole and checked: every profile that a relay names is there.
 *
 * @param profiles by name, in the order of the file
 * @param relays by name, in the order of the file
 * @param admin where health, metrics and the API are served
 * @param limits for all relays together
 * @param drain how it stops
 * @param reload how it notices changes
 */
public record Configuration(
        Map<String, Profile> profiles,
        Map<String, Relay> relays,
        Admin admin,
        Limits limits,
        Drain drain,
        Reload reload) {

    /** With the defaults of all else. */
    public Configuration(Map<String, Profile> profiles, Map<String, Relay> relays, Admin admin) {
        this(profiles, relays, admin, Limits.OF_ALL, Drain.DEFAULT, Reload.DEFAULT);
    }

    public Configuration {
        // Map.copyOf would lose the order of the file.
        profiles = Collections.unmodifiableMap(new LinkedHashMap<>(profiles));
        relays = Collections.unmodifiableMap(new LinkedHashMap<>(relays));
        for (Relay relay : relays.values()) {
            for (String profile : relay.profiles().values()) {
                requireProfile(profiles, profile);
            }
        }
        requireProfile(profiles, admin.profile());
        if (!admin.address().isLoopback() && !isAsked(profiles, admin)) {
            throw new IllegalArgumentException(
                    "other machines reach " + admin.address() + ", and nobody is asked there");
        }
    }

    /** Who uses each profile that is used: such as {@code orders.listen}, {@code orders.routes[0].connect}, {@code admin}. */
    public Map<String, List<String>> profileUsers() {
        Map<String, List<String>> users = new LinkedHashMap<>();
        relays.forEach((name, relay) -> relay.profiles()
                .forEach((place, profile) -> users.computeIfAbsent(profile, used -> new ArrayList<>())
                        .add(name + "." + place)));
        if (admin.profile() != null) {
            users.computeIfAbsent(admin.profile(), used -> new ArrayList<>()).add("admin");
        }
        return users;
    }

    /** Whether clients of the admin side are asked who they are. */
    public boolean asksAdminClients() {
        return isAsked(profiles, admin);
    }

    private static boolean isAsked(Map<String, Profile> profiles, Admin admin) {
        Profile profile = admin.profile() == null ? null : profiles.get(admin.profile());
        return !admin.tokens().files().isEmpty()
                || (profile != null && profile.trust().verifies());
    }

    /** What opens a door, each by its full key with what that means, for those who look at what runs. */
    public Map<String, String> unsafe() {
        Map<String, String> unsafe = new LinkedHashMap<>();
        profiles.forEach((name, profile) -> {
            if (profile.keyLog() != null) {
                unsafe.put(
                        "sallyport.profiles." + name + ".unsafe-key-log",
                        "the secrets of its connections are written to " + profile.keyLog()
                                + "; whoever reads that file can read all that they carry");
            }
        });
        relays.forEach((name, relay) -> {
            if (relay.listen().unsafeOpen()) {
                unsafe.put(
                        "sallyport.relays." + name + ".listen.unsafe-open",
                        "whoever reaches " + relay.listen().address() + " acts under this gateway's certificate");
            }
        });
        return Collections.unmodifiableMap(unsafe);
    }

    /** With some profiles as they are in {@code others}. */
    public Configuration with(Map<String, Profile> others, Set<String> names) {
        Map<String, Profile> mixed = new LinkedHashMap<>(profiles);
        names.forEach(name -> mixed.put(name, present(others, name)));
        return new Configuration(mixed, relays, admin, limits, drain, reload);
    }

    /**
     * The profile that a relay names.
     *
     * @throws NoSuchElementException when there is none of this name
     */
    public Profile profile(String name) {
        return present(profiles, name);
    }

    /**
     * The relay of this name.
     *
     * @throws NoSuchElementException when there is none
     */
    public Relay relay(String name) {
        return present(relays, name);
    }

    private static <T> T present(Map<String, T> all, String name) {
        T value = all.get(name);
        if (value == null) {
            throw new NoSuchElementException(name);
        }
        return value;
    }

    private static void requireProfile(Map<String, Profile> profiles, @Nullable String name) {
        if (name != null && !profiles.containsKey(name)) {
            throw new IllegalArgumentException("there is no profile " + name);
        }
    }

    /**
     * The admin side. Where it has neither a profile that verifies nor tokens, whoever reaches it may operate it.
     *
     * @param profile that clients meet, or null for plain HTTP
     * @param operators whose certificates may operate; unlike other lists, an empty one names nobody
     */
    public record Admin(Address address, @Nullable String profile, Tokens tokens, AllowList operators) {
        public static final Admin DEFAULT = new Admin(new Address("127.0.0.1", 9000));

        /** For everyone who reaches this loopback address. */
        public Admin(Address address) {
            this(address, null, Tokens.NONE, AllowList.EVERYONE);
        }
    }

    /**
     * Files of bearer tokens; null where there are none.
     *
     * @param view for those who may only look
     * @param operate for those who may do both
     */
    public record Tokens(@Nullable Path view, @Nullable Path operate) {
        public static final Tokens NONE = new Tokens(null, null);

        /** Those that there are. */
        public List<Path> files() {
            return Stream.of(view, operate).filter(Objects::nonNull).toList();
        }
    }

    /**
     * How it stops.
     *
     * @param delay for which it goes on accepting although health says that it isn't ready; null for none
     * @param deadline from the wish to stop until connections are ended that haven't by themselves
     * @param idle without a byte after which a connection is ended before the deadline; null where it isn't
     */
    public record Drain(
            @Nullable Duration delay,
            Duration deadline,
            @Nullable Duration idle) {
        public static final Drain DEFAULT = new Drain(null, Duration.ofSeconds(25), null);
    }

    /**
     * How it notices changes.
     *
     * @param watch whether it looks at its files by itself
     * @param interval between two looks
     * @param lenient whether profiles whose files can be used go on without those whose files can't
     */
    public record Reload(boolean watch, Duration interval, boolean lenient) {
        public static final Reload DEFAULT = new Reload(true, Duration.ofSeconds(2), false);
    }
}
