package io.sallyport.pki;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** OpenSSL's own verification cases: each verdict as its, each error number too, but for those listed here with the reason. */
class OpenSslSuiteTest {

    /** Where another number than OpenSSL's first is right here, and why. */
    private static final Map<String, Integer> OTHER_NUMBERS = Map.of();

    @TestFactory
    Stream<DynamicTest> verdicts() throws Exception {
        Suites suite = Suites.find("openssl-verify");
        assertThat(suite.rows()).hasSize(102);
        return suite.rows()
                .map(row -> DynamicTest.dynamicTest(
                        row.get("id") + " " + row.get("target"),
                        () -> Assertions.assertTimeoutPreemptively(Duration.ofSeconds(10), () -> check(suite, row))));
    }

    private static void check(Suites suite, Suites.Row row) throws Exception {
        Options options = new Options(row.get("options"));
        VerifyOptions verify = VerifyOptions.of(100, purpose(row.get("purpose")))
                .withLevel(row.get("auth_level").isEmpty() ? 0 : Integer.parseInt(row.get("auth_level")))
                .withPartialChain(options.has("-partial_chain"))
                .withStrict(options.has("-x509_strict"))
                .withCheckTime(!options.has("-no_check_time"))
                .withDepth(Integer.parseInt(options.value("-verify_depth", "100")))
                .withPolicy(new VerifyOptions.PolicyInput(
                        Set.copyOf(options.values("-policy")), options.has("-explicit_policy"), false, false))
                .withRevocation(new Revocation(
                        suite.crls(row.get("crls")),
                        options.has("-crl_check") ? Revocation.Extent.LEAF : Revocation.Extent.NONE,
                        Revocation.Policy.HARD));
        Instant at = options.has("-attime")
                ? Instant.ofEpochSecond(Long.parseLong(options.value("-attime", "")))
                : Instant.now();
        List<X509Certificate> chain = new ArrayList<>();
        chain.add(suite.certificates(row.get("target")).get(0));
        chain.addAll(suite.certificates(row.get("untrusted")));
        TrustAnchors anchors = new TrustAnchors(suite.certificates(row.get("trusted")));

        Verdict verdict = new ChainVerifier(anchors, verify).verifyFor(chain, ExpectedNames.ANY, at);

        if (verdict instanceof Verdict.Untrusted untrusted) {
            assertThat(row.get("expected")).as(untrusted.toString()).isEqualTo("fail");
            int number = OTHER_NUMBERS.getOrDefault(row.get("id"), Integer.parseInt(row.get("oracle_code")));
            assertThat(untrusted.number()).as(untrusted.toString()).isEqualTo(number);
            assertThat(untrusted.depth()).as(untrusted.toString()).isEqualTo(Integer.parseInt(row.get("oracle_depth")));
        } else {
            assertThat(row.get("expected")).isEqualTo("ok");
        }
    }

    private static Purpose purpose(String name) {
        return switch (name) {
            case "sslserver" -> Purpose.TLS_SERVER;
            case "sslclient" -> Purpose.TLS_CLIENT;
            default -> Purpose.ANY;
        };
    }

    /** Options in the words of {@code openssl verify}. */
    record Options(List<String> words) {
        Options(String text) {
            this(List.of(text.split(" ")));
        }

        boolean has(String option) {
            return words.contains(option);
        }

        String value(String option, String otherwise) {
            return values(option).stream().findFirst().orElse(otherwise);
        }

        List<String> values(String option) {
            List<String> values = new ArrayList<>();
            for (int i = 0; i + 1 < words.size(); i++) {
                if (words.get(i).equals(option)) {
                    values.add(words.get(i + 1));
                }
            }
            return values;
        }
    }
}
