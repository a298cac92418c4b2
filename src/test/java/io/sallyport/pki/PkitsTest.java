package io.sallyport.pki;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** NIST's Public Key Interoperability Test Suite: each verdict, with OpenSSL's numbers where they differ not for a reason. */
class PkitsTest {

    private static final Instant AT = Instant.ofEpochSecond(1291940972);

    /** Where another number than OpenSSL's first is right here, and why. */
    private static final Map<String, Integer> OTHER_NUMBERS = Map.of(
            // The certificate that signed the CRL isn't on the path and has none of its own; openssl verify, asked
            // here, says so too.
            "4.4.21", 54);

    @TestFactory
    Stream<DynamicTest> verdicts() throws Exception {
        Suites suite = Suites.find("pkits");
        TrustAnchors anchor = new TrustAnchors(suite.certificates("ta.pem"));
        assertThat(suite.rows()).hasSize(247);
        return suite.rows()
                .map(row -> DynamicTest.dynamicTest(
                        row.get("id") + " " + row.get("title"),
                        () -> Assertions.assertTimeoutPreemptively(
                                Duration.ofSeconds(10), () -> check(suite, anchor, row))));
    }

    /** Not the verdict only: the policies that hold, by the authority's names, and those of them that are accepted. */
    private static void assertPolicies(VerifyOptions.PolicyInput input, List<X509Certificate> path, Suites.Row row)
            throws Exception {
        List<Cert> certs = new ArrayList<>();
        for (X509Certificate x509 : path) {
            certs.add(Cert.of(x509));
        }
        PolicyChecks checks = new PolicyChecks(input);
        checks.check(certs);

        assertThat(checks.authorityPolicies()).isEqualTo(policies(row.get("authority_policies")));
        assertThat(checks.userPolicies()).isEqualTo(policies(row.get("user_policies")));
    }

    private static Set<String> policies(String list) {
        return list.equals("<empty>")
                ? Set.of()
                : Stream.of(list.split(":"))
                        .map(name -> name.contains("Any") ? Policies.ANY_POLICY : name)
                        .collect(Collectors.toSet());
    }

    private static void check(Suites suite, TrustAnchors anchor, Suites.Row row) throws Exception {
        OpenSslSuiteTest.Options policy = new OpenSslSuiteTest.Options(row.get("policy_options"));
        Set<String> accepted = policy.values("-policy").stream()
                .map(name -> name.equals("anyPolicy") ? Policies.ANY_POLICY : name)
                .collect(Collectors.toSet());
        VerifyOptions options = VerifyOptions.of(100, Purpose.ANY)
                .withLevel(0)
                .withPartialChain(false)
                .withPolicy(new VerifyOptions.PolicyInput(
                        accepted,
                        policy.has("-explicit_policy"),
                        policy.has("-inhibit_any"),
                        policy.has("-inhibit_map")))
                .withRevocation(Revocation.of(suite.crls(row.get("crls")), Revocation.Policy.HARD));
        List<X509Certificate> chain = new ArrayList<>(suite.certificates(row.get("target")));
        chain.addAll(suite.certificates(row.get("untrusted")));

        Verdict verdict = new ChainVerifier(anchor, options).verifyFor(chain, ExpectedNames.ANY, AT);

        if (verdict instanceof Verdict.Trusted trusted
                && !row.get("authority_policies").isEmpty()) {
            assertPolicies(options.policy(), trusted.path(), row);
        }
        if (verdict instanceof Verdict.Untrusted untrusted) {
            assertThat(row.get("expected")).as(untrusted.toString()).isEqualTo("fail");
            int number = OTHER_NUMBERS.getOrDefault(row.get("id"), Integer.parseInt(row.get("oracle_code")));
            assertThat(untrusted.number()).as(untrusted.toString()).isEqualTo(number);
        } else {
            assertThat(row.get("expected")).isEqualTo("ok");
        }
    }
}
