package io.sallyport.pki;

import io.sallyport.fault.Refusal;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Certificate policies along a path (RFC 5280, sections 6.1.1 to 6.1.5). One is used for one path. */
final class PolicyChecks {

    private final VerifyOptions.PolicyInput input;
    private final PolicyGraph graph = new PolicyGraph();
    private int explicit;
    private int mapping;
    private int any;

    PolicyChecks(VerifyOptions.PolicyInput input) {
        this.input = input;
    }

    void check(List<Cert> path) throws RefusedException {
        for (int depth = 0; depth < path.size(); depth++) {
            if (!path.get(depth).extensions().policies.valid()) {
                throw new RefusedException(
                        Refusal.INVALID_POLICY,
                        depth,
                        path.get(depth),
                        "has certificate policies or mappings that contradict RFC 5280");
            }
        }
        int unlimited = path.size() + 1;
        explicit = input.requireExplicit() ? 0 : unlimited;
        mapping = input.inhibitMapping() ? 0 : unlimited;
        any = input.inhibitAny() ? 0 : unlimited;
        // The anchor stands outside the path that is checked.
        for (int depth = path.size() - 2; depth >= 0; depth--) {
            descend(path.get(depth), depth);
        }
        if (path.size() > 1 && explicit == 0 && userPolicies().isEmpty()) {
            throw refused(path.get(0), 0);
        }
    }

    /** The policies that hold along the path, by the names that the anchor's side has for them. */
    Set<String> authorityPolicies() {
        return graph.authorityPolicies();
    }

    /** Those of them that are accepted. */
    Set<String> userPolicies() {
        Set<String> holding = graph.authorityPolicies();
        if (input.acceptsAny()) {
            return holding;
        }
        return holding.contains(Policies.ANY_POLICY)
                ? input.accepted()
                : input.accepted().stream().filter(holding::contains).collect(Collectors.toSet());
    }

    private void descend(Cert cert, int depth) throws RefusedException {
        Policies policies = cert.extensions().policies;
        boolean selfIssued = cert.selfIssued();
        graph.descend(policies, any > 0 || (depth > 0 && selfIssued));
        if (explicit == 0 && graph.isEmpty()) {
            throw refused(cert, depth);
        }
        if (depth > 0) {
            graph.map(policies.mappings(), mapping > 0);
        }
        if (depth == 0 || !selfIssued) {
            explicit = Math.max(0, explicit - 1);
            mapping = Math.max(0, mapping - 1);
            any = Math.max(0, any - 1);
        }
        explicit = least(explicit, policies.requireExplicit());
        mapping = least(mapping, policies.inhibitMapping());
        any = least(any, policies.inhibitAny());
    }

    private static int least(int counter, @Nullable Integer limit) {
        return limit == null ? counter : Math.min(counter, limit);
    }

    private RefusedException refused(Cert cert, int depth) {
        return new RefusedException(
                Refusal.POLICY_NOT_MET,
                depth,
                cert,
                input.acceptsAny()
                        ? "has a chain in which no certificate policy holds throughout, and one is required"
                        : "has a chain in which none of the policies " + String.join(", ", input.accepted())
                                + " holds throughout");
    }
}
