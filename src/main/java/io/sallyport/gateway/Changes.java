package io.sallyport.gateway;

import io.sallyport.profile.EffectiveConfiguration;
import io.sallyport.profile.Profile;
import io.sallyport.profile.Relay;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * What one blueprint has otherwise than another.
 *
 * @param profiles a profile has changed if its keys have, or what its files hold
 * @param relays a relay has changed if its keys have
 * @param keys each key with another value, defaults included
 * @param settings the keys, or their sections, outside of profiles and relays that have another value
 * @param files those that hold something else, also where that makes no difference
 */
public record Changes(
        Difference profiles,
        Difference relays,
        List<String> settings,
        List<EffectiveConfiguration.Change> keys,
        List<Path> files) {

    /** Nothing is otherwise, and nothing was compared. */
    public static final Changes NONE = new Changes(Difference.NONE, Difference.NONE, List.of(), List.of(), List.of());

    /** Names, each in the order of the configuration. */
    public record Difference(List<String> added, List<String> removed, List<String> changed, List<String> unchanged) {

        static final Difference NONE = new Difference(List.of(), List.of(), List.of(), List.of());

        boolean changesNothing() {
            return added.isEmpty() && removed.isEmpty() && changed.isEmpty();
        }

        private static <T> Difference between(Map<String, T> before, Map<String, T> after, Predicate<T> isSame) {
            List<String> added = new ArrayList<>();
            List<String> changed = new ArrayList<>();
            List<String> unchanged = new ArrayList<>();
            after.forEach((name, value) -> {
                if (!before.containsKey(name)) {
                    added.add(name);
                } else {
                    (isSame.test(value) ? unchanged : changed).add(name);
                }
            });
            List<String> removed = before.keySet().stream()
                    .filter(name -> !after.containsKey(name))
                    .toList();
            return new Difference(added, removed, changed, unchanged);
        }
    }

    static Changes between(Blueprint before, Blueprint after, List<Path> files) {
        Map<String, Relay> relaysBefore = before.configuration().relays();
        Predicate<Profile> sameProfile =
                profile -> before.has(profile, after.materials().get(profile.name()));
        List<String> settings = new ArrayList<>();
        if (!before.configuration().limits().equals(after.configuration().limits())) {
            settings.add("sallyport.limits");
        }
        if (!before.configuration().drain().equals(after.configuration().drain())) {
            settings.add("sallyport.drain");
        }
        if (!before.configuration().reload().equals(after.configuration().reload())) {
            settings.add("sallyport.reload");
        }
        settings.addAll(after.access().changedSince(before.access()));
        return new Changes(
                Difference.between(
                        before.configuration().profiles(), after.configuration().profiles(), sameProfile),
                Difference.between(
                        relaysBefore,
                        after.configuration().relays(),
                        relay -> relay.equals(relaysBefore.get(relay.name()))),
                List.copyOf(settings),
                after.effective().changesSince(before.effective()),
                files);
    }

    /** Whether all would go on as it does. */
    boolean isEmpty() {
        return profiles.changesNothing() && relays.changesNothing() && settings.isEmpty();
    }
}
