package io.sallyport.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.TestPki;
import io.sallyport.fault.Refusal;
import io.sallyport.peer.Peer;
import io.sallyport.peer.TestTls;
import io.sallyport.peer.TlsPeer;
import io.sallyport.pki.PemWriter;
import io.sallyport.pki.Pkcs12Files;
import io.sallyport.profile.Profile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Behaviour J5: however the own certificate is given, the CA decides who is let in. */
class OwnCertificateFormsTest {

    private static final String PASSPHRASE = "open";

    /** How a profile has its certificate and key. */
    enum Form {
        PAIR,
        COMBINED,
        ENCRYPTED_KEY,
        PKCS12
    }

    @TempDir
    Path directory;

    private final TestPki own = TestPki.SERVER_TRUSTED;

    @AutoClose
    private final RelayRig rig = new RelayRig();

    private final Upstream echo = rig.closing(Upstream.echo());

    private Path write(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text);
    }

    private Profile.OwnCertificate as(Form form) throws IOException {
        char[] secret = PASSPHRASE.toCharArray();
        return switch (form) {
            case PAIR -> new Profile.OwnCertificate(own.cert(), own.key(), null);
            case COMBINED -> {
                Path all = write("all.pem", Files.readString(own.key()) + Files.readString(own.cert()));
                yield new Profile.OwnCertificate(all, all, null);
            }
            case ENCRYPTED_KEY ->
                new Profile.OwnCertificate(
                        own.cert(),
                        write("encrypted.key", PemWriter.text(own.credential().key(), secret)),
                        write("pass", PASSPHRASE));
            case PKCS12 -> {
                Path store = Files.write(
                        directory.resolve("all.p12"), Pkcs12Files.encode(own.credential(), "server", secret));
                yield new Profile.OwnCertificate(store, store, write("pass", PASSPHRASE));
            }
        };
    }

    @ParameterizedTest
    @EnumSource
    void aClientOfAnotherCaIsRefused(Form form) throws Exception {
        Profile edge = RelayRig.edge();
        Profile profile =
                new Profile(edge.name(), as(form), edge.trust(), edge.negotiation(), edge.peerName(), edge.session());
        int port = rig.start(profile, null, echo.port());

        try (Peer stranger = TlsPeer.connect(port, TestTls.context(TestPki.CLIENT_OTHER_CA), "TLSv1.3", null)) {
            stranger.write(new byte[] {1});
            stranger.readAll();
            throw new AssertionError("a stranger was let in");
        } catch (IOException e) {
            assertThat(rig.events.awaitRefusal(1).refusal()).isEqualTo(Refusal.UNKNOWN_CA);
        }
        try (Peer client = TlsPeer.connect(port, TestTls.context(TestPki.CLIENT_TRUSTED), "TLSv1.3", null)) {
            client.write(new byte[] {1});
            assertThat(client.readExactly(1)).containsExactly(1);
        }
    }
}
