package io.sallyport.pki;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** OpenSSL's own cases of OCSP responses, at the time and the level at which it asks them. */
class OcspSuiteTest {

    private static final Instant AT = Instant.ofEpochSecond(1355875200);

    @TestFactory
    Stream<DynamicTest> verdicts() throws Exception {
        Suites suite = Suites.find("openssl-ocsp");
        assertThat(suite.rows()).hasSize(59);
        return suite.rows()
                .map(row -> DynamicTest.dynamicTest(
                        row.get("id") + " " + row.get("section"),
                        () -> Assertions.assertTimeoutPreemptively(Duration.ofSeconds(10), () -> check(suite, row))));
    }

    private static void check(Suites suite, Suites.Row row) throws Exception {
        TrustAnchors anchors = new TrustAnchors(suite.certificates(row.get("cafile")));
        VerifyOptions options = VerifyOptions.of(100, Purpose.ANY).withLevel(0);
        OcspResponse response =
                OcspResponse.read(suite.files(row.get("response_der")).get(0));

        Verdict verdict =
                new OcspSigners(anchors, suite.certificates(row.get("untrusted")), options).verify(response, AT);

        assertThat(verdict instanceof Verdict.Trusted ? "ok" : "fail")
                .as(verdict.toString())
                .isEqualTo(row.get("expected"));
    }
}
