package io.sallyport.pki;

import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a certificate says about policies.
 *
 * @param asserted the certificatePolicies extension, or null where there is none
 * @param mappings the policyMappings extension; empty where there is none
 * @param requireExplicit certificates that may follow before a policy is needed, or null
 * @param inhibitMapping certificates that may follow before mappings end, or null
 * @param inhibitAny certificates that may follow before anyPolicy ends, or null
 * @param valid whether the extensions obey RFC 5280: no policy twice, none mapped from or to anyPolicy
 */
record Policies(
        @Nullable Set<String> asserted,
        List<Mapping> mappings,
        @Nullable Integer requireExplicit,
        @Nullable Integer inhibitMapping,
        @Nullable Integer inhibitAny,
        boolean valid) {

    static final String ANY_POLICY = "2.5.29.32.0";

    static final Policies NONE = new Policies(null, List.of(), null, null, null, true);

    /** The subject's policy {@code to} counts as the issuer's {@code from}. */
    record Mapping(String from, String to) {}

    static Policies of(ExtensionValues values) {
        Der policies = values.get(CertExtensions.CERTIFICATE_POLICIES);
        Der mapped = values.get(CertExtensions.POLICY_MAPPINGS);
        Der constraints = values.get(CertExtensions.POLICY_CONSTRAINTS);
        Der inhibit = values.get(CertExtensions.INHIBIT_ANY_POLICY);
        if (policies == null && mapped == null && constraints == null && inhibit == null) {
            return NONE;
        }
        List<String> listed = policies == null
                ? null
                : policies.children().stream()
                        .map(p -> p.children().get(0).oid())
                        .toList();
        List<Mapping> mappings = mapped == null
                ? List.of()
                : mapped.children().stream().map(Policies::mapping).toList();
        return new Policies(
                listed == null ? null : new LinkedHashSet<>(listed),
                mappings,
                constraint(constraints, 0x80),
                constraint(constraints, 0x81),
                inhibit == null ? null : inhibit.count(),
                valid(listed, mapped == null ? null : mappings));
    }

    private static Mapping mapping(Der pair) {
        return new Mapping(pair.children().get(0).oid(), pair.children().get(1).oid());
    }

    private static @Nullable Integer constraint(@Nullable Der constraints, int tag) {
        return constraints == null
                ? null
                : constraints.children().stream()
                        .filter(c -> c.is(tag))
                        .findFirst()
                        .map(Der::count)
                        .orElse(null);
    }

    private static boolean valid(@Nullable List<String> listed, @Nullable List<Mapping> mappings) {
        if (listed != null && (listed.isEmpty() || new HashSet<>(listed).size() != listed.size())) {
            return false;
        }
        return mappings == null
                || (!mappings.isEmpty()
                        && mappings.stream().noneMatch(m -> m.from().equals(ANY_POLICY) || m.to().equals(ANY_POLICY)));
    }
}
