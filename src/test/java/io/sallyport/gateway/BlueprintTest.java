package io.sallyport.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sallyport.TestPki;
import io.sallyport.fault.Mistake;
import io.sallyport.fault.MistakesException;
import io.sallyport.profile.Address;
import io.sallyport.profile.Configuration;
import io.sallyport.profile.PeerName;
import io.sallyport.profile.Profile;
import io.sallyport.profile.Protocol;
import io.sallyport.profile.Relay;
import io.sallyport.profile.VerifyMode;
import io.sallyport.tls.NativeCounts;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BlueprintTest {

    private static Profile profile(String name, TestPki cert, TestPki key, String ciphers) {
        return new Profile(
                name,
                new Profile.OwnCertificate(cert.cert(), key.key(), null),
                new Profile.Trust(TestPki.trustedCa().toString(), VerifyMode.REQUIRED, 1),
                new Profile.Negotiation(ciphers, List.of(Protocol.values()), Profile.DEFAULT_GROUPS, List.of()),
                PeerName.OF_ADDRESS);
    }

    private static Profile good(String name) {
        return profile(name, TestPki.SERVER_TRUSTED, TestPki.SERVER_TRUSTED, Profile.DEFAULT_CIPHERS);
    }

    private static Configuration configuration(Profile edge, Profile unused) {
        Relay orders = new Relay(
                "orders",
                new Relay.Listen(new Address("127.0.0.1", 0), edge.name(), false),
                new Relay.Connect(List.of(new Address("127.0.0.1", 9)), null, PeerName.OF_ADDRESS),
                Relay.Timeouts.DEFAULT);
        return new Configuration(
                Map.of(edge.name(), edge, unused.name(), unused),
                Map.of("orders", orders),
                Configuration.Admin.DEFAULT);
    }

    @Test
    void holdsAContextForEachSideThatIsUsed() throws MistakesException {
        long before = NativeCounts.contexts();
        Blueprint blueprint = Blueprint.of(configuration(good("edge"), good("unused")));
        assertThat(blueprint.plans()).hasSize(1);
        assertThat(blueprint.plans().get(0).listen()).isNotNull();
        assertThat(blueprint.plans().get(0).connect()).isNull();
        assertThat(blueprint.materials()).containsOnlyKeys("edge", "unused");
        assertThat(blueprint.chain(good("edge"))).containsExactly(TestPki.SERVER_TRUSTED.leaf());
        assertThat(NativeCounts.contexts()).isEqualTo(before + 1);
        blueprint.retire();
        assertThat(NativeCounts.contexts()).isEqualTo(before);
    }

    @Test
    void tellsTheMistakesOfAllProfilesAndLeavesNothingNativeBehind() {
        long before = NativeCounts.contexts();
        Profile otherKey = profile("edge", TestPki.SERVER_TRUSTED, TestPki.CLIENT_TRUSTED, Profile.DEFAULT_CIPHERS);
        Profile unknownCipher = profile("unused", TestPki.SERVER_TRUSTED, TestPki.SERVER_TRUSTED, "ECDHE+NONSENSE");

        MistakesException refused = catchThrowableOfType(
                MistakesException.class, () -> Blueprint.of(configuration(otherKey, unknownCipher)));

        assertThat(refused.mistakes())
                .filteredOn(mistake -> mistake.severity() == Mistake.Severity.ERROR)
                .extracting(Mistake::key)
                .containsExactlyInAnyOrder("sallyport.profiles.edge.key", "sallyport.profiles.unused.ciphers");
        assertThat(NativeCounts.contexts()).isEqualTo(before);
    }

    @Test
    void aGoodRelayBesideABadOneLeavesNothingNativeBehind() {
        long before = NativeCounts.contexts();
        Profile unknownCipher = profile("unused", TestPki.SERVER_TRUSTED, TestPki.SERVER_TRUSTED, "ECDHE+NONSENSE");

        MistakesException refused = catchThrowableOfType(
                MistakesException.class, () -> Blueprint.of(configuration(good("edge"), unknownCipher)));

        assertThat(refused.mistakes()).hasSize(1);
        assertThat(NativeCounts.contexts()).isEqualTo(before);
    }

    private static Mistake onlyMistake(TestPki own, String ciphers, Protocol... protocols) {
        Profile edge = profile("edge", own, own, ciphers);
        Profile listening = new Profile(
                "edge",
                edge.own(),
                edge.trust(),
                new Profile.Negotiation(ciphers, List.of(protocols), Profile.DEFAULT_GROUPS, List.of()),
                PeerName.OF_ADDRESS);
        long before = NativeCounts.contexts();
        try {
            Blueprint blueprint = Blueprint.of(configuration(listening, good("unused")));
            blueprint.retire();
            assertThat(blueprint.warnings()).hasSize(1);
            return blueprint.warnings().get(0);
        } catch (MistakesException e) {
            assertThat(e.mistakes()).hasSize(1);
            return e.mistakes().get(0);
        } finally {
            assertThat(NativeCounts.contexts()).isEqualTo(before);
        }
    }

    @Test
    void aCipherStringWithoutACipherForTheKeyIsNamed() {
        Mistake warning = onlyMistake(TestPki.SERVER_TRUSTED, "ECDHE+aRSA", Protocol.values());
        assertThat(warning.severity()).isEqualTo(Mistake.Severity.WARNING);
        assertThat(warning.key()).isEqualTo("sallyport.profiles.edge.ciphers");
        assertThat(warning.message())
                .isEqualTo(
                        "'ECDHE+aRSA' has no cipher for a certificate with a key of type EC, so nothing is left for TLS 1.2");

        Mistake error = onlyMistake(TestPki.SERVER_TRUSTED_RSA, "ECDHE+aECDSA", Protocol.TLS_1_2);
        assertThat(error.severity()).isEqualTo(Mistake.Severity.ERROR);
        assertThat(error.message()).contains("a key of type RSA");
    }

    @Test
    void aCipherStringThatLeavesNothingIsNamed() {
        Mistake error = onlyMistake(TestPki.SERVER_TRUSTED, "ECDHE+AESGCM:!ECDHE", Protocol.values());
        assertThat(error.severity()).isEqualTo(Mistake.Severity.ERROR);
        assertThat(error.key()).isEqualTo("sallyport.profiles.edge.ciphers");
        assertThat(error.message()).isEqualTo("'ECDHE+AESGCM:!ECDHE' leaves no cipher");
    }

    @Test
    void aServersCertificateWithoutANameIsNamed() {
        Mistake warning = onlyMistake(TestPki.SERVER_WITHOUT_NAMES, Profile.DEFAULT_CIPHERS, Protocol.values());
        assertThat(warning.severity()).isEqualTo(Mistake.Severity.WARNING);
        assertThat(warning.key()).isEqualTo("sallyport.profiles.edge.cert");
        assertThat(warning.message())
                .endsWith("chain.crt has no subjectAltName: clients that check the server's name will refuse it");
    }

    @Test
    void aCertificateThatIsNotForItsSideIsNamed() {
        Mistake warning = onlyMistake(TestPki.SERVER_WITH_CLIENT_PURPOSE, Profile.DEFAULT_CIPHERS, Protocol.values());
        assertThat(warning.severity()).isEqualTo(Mistake.Severity.WARNING);
        assertThat(warning.key()).isEqualTo("sallyport.profiles.edge.cert");
        assertThat(warning.message())
                .endsWith(
                        "chain.crt isn't a server's certificate, but relays listen with this profile: clients will refuse it");
        assertThat(warning.hint()).isEqualTo("issue it with the extended key usage serverAuth");
    }
}
