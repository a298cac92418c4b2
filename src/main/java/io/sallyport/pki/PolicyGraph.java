package io.sallyport.pki;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The policies that hold along a path, as the graph of RFC 9618: one level for each certificate below the anchor, each policy once in
 * a level, with the policies one level up that it came from. The tree of RFC 5280 says the same, but doubles with every level that
 * maps two policies to two, which a hostile chain turns into minutes of work.
 */
final class PolicyGraph {

    /** One certificate's policies by name, with those of the level above that each comes from; none: from anyPolicy. */
    private static final class Level {
        final Map<String, Set<String>> nodes = new LinkedHashMap<>();
        boolean any;

        boolean isEmpty() {
            return nodes.isEmpty() && !any;
        }
    }

    private final List<Level> levels = new ArrayList<>();
    private Level next = new Level();

    PolicyGraph() {
        next.any = true;
    }

    /**
     * Goes one certificate down.
     *
     * @param anyAllowed whether anyPolicy still counts
     */
    void descend(Policies policies, boolean anyAllowed) {
        Level level = next;
        levels.add(level);
        Set<String> asserted = policies.asserted();
        if (asserted == null) {
            level.nodes.clear();
            level.any = false;
            return;
        }
        boolean anyAbove = level.any;
        if (!asserted.contains(Policies.ANY_POLICY) || !anyAllowed) {
            level.nodes.keySet().retainAll(asserted);
            level.any = false;
        }
        if (anyAbove) {
            for (String policy : asserted) {
                if (!policy.equals(Policies.ANY_POLICY)) {
                    level.nodes.putIfAbsent(policy, Set.of());
                }
            }
        }
    }

    /**
     * Prepares for the next certificate: what each policy is called there.
     *
     * @param mappingAllowed whether mappings still count; where not, a mapped policy ends here
     */
    void map(List<Policies.Mapping> mappings, boolean mappingAllowed) {
        Level level = levels.get(levels.size() - 1);
        Set<String> mapped = new HashSet<>();
        mappings.forEach(mapping -> mapped.add(mapping.from()));
        if (!mappingAllowed) {
            level.nodes.keySet().removeAll(mapped);
        } else if (level.any) {
            mapped.forEach(policy -> level.nodes.putIfAbsent(policy, Set.of()));
        }
        next = new Level();
        next.any = level.any;
        for (String policy : level.nodes.keySet()) {
            if (!mapped.contains(policy)) {
                child(policy, policy);
            }
        }
        if (mappingAllowed) {
            for (Policies.Mapping mapping : mappings) {
                if (level.nodes.containsKey(mapping.from())) {
                    child(mapping.to(), mapping.from());
                }
            }
        }
    }

    private void child(String policy, String parent) {
        next.nodes.computeIfAbsent(policy, p -> new LinkedHashSet<>()).add(parent);
    }

    /** Whether no policy holds for the certificates so far. */
    boolean isEmpty() {
        return !levels.isEmpty() && levels.get(levels.size() - 1).isEmpty();
    }

    /**
     * The policies, by the names that the anchor's side knows them by, that hold along the whole path; with anyPolicy among them if
     * that does.
     */
    Set<String> authorityPolicies() {
        Set<String> holding = new LinkedHashSet<>();
        if (levels.isEmpty()) {
            return Set.of(Policies.ANY_POLICY);
        }
        Level last = levels.get(levels.size() - 1);
        if (last.any) {
            holding.add(Policies.ANY_POLICY);
        }
        Set<String> reached = new HashSet<>(last.nodes.keySet());
        for (int i = levels.size() - 1; i >= 0 && !reached.isEmpty(); i--) {
            Set<String> above = new HashSet<>();
            for (String policy : reached) {
                Set<String> parents = levels.get(i).nodes.getOrDefault(policy, Set.of());
                if (parents.isEmpty()) {
                    // A child of anyPolicy: this is the name by which it entered.
                    holding.add(policy);
                }
                above.addAll(parents);
            }
            reached = above;
        }
        return holding;
    }
}
