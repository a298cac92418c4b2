package io.sallyport.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.pki.CertificateAuthority;
import io.sallyport.pki.CertificateSpec;
import io.sallyport.pki.CrlSet;
import io.sallyport.pki.CrlSpec;
import io.sallyport.pki.Verdict;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Remembering a verdict lets nobody in who would be refused without it. */
class VerifiedChainsTest {

    private static final Instant NOW = Instant.now();
    private static final CertificateAuthority ROOT = CertificateAuthority.root("CN=Root");
    private static final VerifiedChains.Key KEY = key("some.test", "leaf", "issuer");

    @Test
    void whatWasFoundGoodIsFoundAgain() {
        VerifiedChains chains = new VerifiedChains(List.of(ROOT.certificate()), CrlSet.EMPTY);
        Verdict.Trusted verdict = add(chains, leaf(Duration.ofDays(1)));

        assertThat(chains.find(KEY, NOW)).isSameAs(verdict);
        assertThat(chains.find(KEY, NOW.plus(VerifiedChains.LIFE))).isSameAs(verdict);
    }

    @Test
    void anotherChainAnotherOrderAnotherNameIsAnotherQuestion() {
        assertThat(Stream.of(
                        KEY,
                        key("other.test", "leaf", "issuer"),
                        key(null, "leaf", "issuer"),
                        key("some.test", "leaf"),
                        key("some.test", "issuer", "leaf"),
                        key("some.test", "leafi", "ssuer"),
                        key("some.test", "leaf", "issuer", ""),
                        key("", "leaf", "issuer")))
                .doesNotHaveDuplicates();
        assertThat(key("some.test", "leaf", "issuer")).isEqualTo(KEY);
    }

    @Test
    void itIsForgottenAfterAWhile() {
        VerifiedChains chains = new VerifiedChains(List.of(ROOT.certificate()), CrlSet.EMPTY);
        add(chains, leaf(Duration.ofDays(1)));

        assertThat(chains.find(KEY, NOW.plus(VerifiedChains.LIFE).plusMillis(1)))
                .isNull();
    }

    @Test
    void itIsForgottenWhenACertificateEnds() {
        VerifiedChains chains = new VerifiedChains(List.of(ROOT.certificate()), CrlSet.EMPTY);
        X509Certificate leaf = leaf(Duration.ofSeconds(60));
        add(chains, leaf);

        assertThat(chains.find(KEY, leaf.getNotAfter().toInstant())).isNotNull();
        assertThat(chains.find(KEY, leaf.getNotAfter().toInstant().plusMillis(1)))
                .isNull();
    }

    @Test
    void itIsForgottenWhenATrustedCertificateEnds() {
        X509Certificate shortLived = ROOT.certify(
                CertificateSpec.ca("CN=Root").withValidity(NOW.minusSeconds(9), NOW.plusSeconds(60)),
                ROOT.certificate().getPublicKey());
        VerifiedChains chains = new VerifiedChains(List.of(shortLived), CrlSet.EMPTY);
        add(chains, leaf(Duration.ofDays(1)));

        assertThat(chains.find(KEY, NOW.plusSeconds(61))).isNull();
    }

    @Test
    void itIsForgottenWhenACrlEndsOrBeginsToCount() {
        Instant later = NOW.plus(Duration.ofDays(1));
        // Dated from before: its own clock may be in the next second already, which would be a date to look again at.
        for (CrlSpec crl : List.of(
                CrlSpec.validUntil(later).withUpdates(NOW.minusSeconds(60), NOW.plusSeconds(60)),
                CrlSpec.validUntil(later).withUpdates(NOW.plusSeconds(60), later))) {
            VerifiedChains chains = new VerifiedChains(List.of(ROOT.certificate()), CrlSet.of(List.of(ROOT.crl(crl))));
            add(chains, leaf(Duration.ofDays(1)));

            assertThat(chains.find(KEY, NOW.plusSeconds(58))).isNotNull();
            assertThat(chains.find(KEY, NOW.plusSeconds(61))).isNull();
        }
    }

    @Test
    void aClockThatWasSetBackIsAReasonToLookAgain() {
        VerifiedChains chains = new VerifiedChains(List.of(ROOT.certificate()), CrlSet.EMPTY);
        add(chains, leaf(Duration.ofDays(1)));

        assertThat(chains.find(KEY, NOW.minusSeconds(1))).isNull();
    }

    @Test
    void itsRoomIsBoundedAndTheLeastUsedGoesFirst() {
        VerifiedChains chains = new VerifiedChains(List.of(ROOT.certificate()), CrlSet.EMPTY);
        X509Certificate leaf = leaf(Duration.ofDays(1));
        add(chains, leaf);
        Verdict.Trusted verdict = new Verdict.Trusted(List.of(leaf));
        for (int i = 1; i < VerifiedChains.CAPACITY; i++) {
            chains.add(key("name" + i, "leaf"), verdict, List.of(leaf), NOW);
        }
        assertThat(chains.find(KEY, NOW)).isNotNull();

        chains.add(key("one more", "leaf"), verdict, List.of(leaf), NOW);

        assertThat(chains.find(KEY, NOW)).isNotNull();
        assertThat(chains.find(key("name1", "leaf"), NOW)).isNull();
    }

    private static Verdict.Trusted add(VerifiedChains chains, X509Certificate leaf) {
        Verdict.Trusted verdict = new Verdict.Trusted(List.of(leaf, ROOT.certificate()));
        chains.add(KEY, verdict, List.of(leaf), NOW);
        return verdict;
    }

    private static X509Certificate leaf(Duration life) {
        return ROOT.issue(CertificateSpec.client("CN=client").withValidity(NOW.minusSeconds(9), NOW.plus(life)))
                .leaf();
    }

    private static VerifiedChains.Key key(@Nullable String name, String... certificates) {
        byte[][] chain = Stream.of(certificates)
                .map(text -> text.getBytes(StandardCharsets.UTF_8))
                .toArray(byte[][]::new);
        return VerifiedChains.Key.of(chain, name);
    }
}
