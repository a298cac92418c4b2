package io.sallyport.pki;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The policy graph stays small where the tree of RFC 5280 doubles with every certificate. */
class PolicyGraphTest {

    @Test
    void mappingsOfTwoToTwoThroughSixtyCertificatesAreWorkedOff() {
        PolicyGraph graph = new PolicyGraph();
        List<Policies.Mapping> both = List.of(
                new Policies.Mapping("1.1", "1.1"),
                new Policies.Mapping("1.1", "1.2"),
                new Policies.Mapping("1.2", "1.1"),
                new Policies.Mapping("1.2", "1.2"));
        for (int i = 0; i < 60; i++) {
            graph.descend(new Policies(Set.of("1.1", "1.2"), both, null, null, null, true), true);
            graph.map(both, true);
        }
        graph.descend(new Policies(Set.of("1.1"), List.of(), null, null, null, true), true);

        assertThat(graph.authorityPolicies()).containsExactlyInAnyOrder("1.1", "1.2");
    }
}
