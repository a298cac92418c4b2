package io.sallyport.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sallyport.TestPki;
import io.sallyport.peer.TestTls;
import io.sallyport.pki.Credential;
import io.sallyport.pki.PemWriter;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Renewed files are noticed, however they are put in place: behaviour B9, and what certbot and Kubernetes do. */
class FileWatchTest {

    private static final int RENEWALS = 5;

    private final SSLContext client = TestTls.context(TestPki.CLIENT_TRUSTED);
    private ReloadRig rig;

    @BeforeEach
    void create() throws IOException {
        rig = new ReloadRig();
    }

    @AfterEach
    void close() throws Exception {
        rig.close();
    }

    private void start(String cert, String key) throws Exception {
        rig.configure(
                rig.tlsToPlain().replace(rig.directory + "/edge.crt", cert).replace(rig.directory + "/edge.key", key)
                        + "  reload: { interval: 20ms }\n");
        rig.start();
    }

    private void awaitShown(Credential expected) {
        BigInteger serial = expected.leaf().getSerialNumber();
        await().untilAsserted(
                        () -> assertThat(rig.serialShown("orders", client)).isEqualTo(serial));
    }

    private void writeInto(Path directory, Credential credential) throws IOException {
        Files.createDirectories(directory);
        Files.writeString(directory.resolve("tls.crt"), PemWriter.text(credential.chain()));
        Files.writeString(directory.resolve("tls.key"), PemWriter.text(credential.key()));
    }

    private static void link(Path link, Path target) throws IOException {
        Path draft = Files.createSymbolicLink(link.resolveSibling(link.getFileName() + "_tmp"), target);
        Files.move(draft, link, StandardCopyOption.ATOMIC_MOVE);
    }

    @Test
    void whatIsWrittenInPlaceOrRenamed() throws Exception {
        rig.renew("edge");
        start(rig.directory + "/edge.crt", rig.directory + "/edge.key");
        for (int i = 0; i < RENEWALS; i++) {
            Credential inPlace = rig.server();
            Files.writeString(rig.directory.resolve("edge.crt"), PemWriter.text(inPlace.chain()));
            Files.writeString(rig.directory.resolve("edge.key"), PemWriter.text(inPlace.key()));
            awaitShown(inPlace);
            Credential renamed = rig.server();
            rig.write("edge.key", PemWriter.text(renamed.key()));
            rig.write("edge.crt", PemWriter.text(renamed.chain()));
            awaitShown(renamed);
        }
    }

    @Test
    void aSecretOfKubernetes() throws Exception {
        Path mount = Files.createDirectory(rig.directory.resolve("secret"));
        writeInto(mount.resolve("..v0"), rig.server());
        link(mount.resolve("..data"), Path.of("..v0"));
        Files.createSymbolicLink(mount.resolve("tls.crt"), Path.of("..data", "tls.crt"));
        Files.createSymbolicLink(mount.resolve("tls.key"), Path.of("..data", "tls.key"));
        start(mount + "/tls.crt", mount + "/tls.key");
        for (int i = 1; i <= RENEWALS; i++) {
            Credential renewed = rig.server();
            writeInto(mount.resolve("..v" + i), renewed);
            link(mount.resolve("..data"), Path.of("..v" + i));
            awaitShown(renewed);
        }
        // One link was moved, so certificate and key came together.
        assertThat(rig.count(Reload.Result.REFUSED)).isZero();
        assertThat(rig.count(Reload.Result.APPLIED)).isEqualTo(RENEWALS);
    }

    @Test
    void aLineageOfCertbot() throws Exception {
        Path archive = Files.createDirectory(rig.directory.resolve("archive"));
        Path live = Files.createDirectory(rig.directory.resolve("live"));
        Credential first = rig.server();
        Files.writeString(archive.resolve("fullchain0.pem"), PemWriter.text(first.chain()));
        Files.writeString(archive.resolve("privkey0.pem"), PemWriter.text(first.key()));
        link(live.resolve("fullchain.pem"), archive.resolve("fullchain0.pem"));
        link(live.resolve("privkey.pem"), archive.resolve("privkey0.pem"));
        start(live + "/fullchain.pem", live + "/privkey.pem");
        for (int i = 1; i <= RENEWALS; i++) {
            Credential renewed = rig.server();
            Files.writeString(archive.resolve("privkey" + i + ".pem"), PemWriter.text(renewed.key()));
            Files.writeString(archive.resolve("fullchain" + i + ".pem"), PemWriter.text(renewed.chain()));
            link(live.resolve("privkey.pem"), archive.resolve("privkey" + i + ".pem"));
            link(live.resolve("fullchain.pem"), archive.resolve("fullchain" + i + ".pem"));
            awaitShown(renewed);
        }
    }

    /** Behaviour B9. */
    @Test
    void aKeyThatComesLongAfterItsCertificate() throws Exception {
        rig.renew("edge");
        start(rig.directory + "/edge.crt", rig.directory + "/edge.key");
        BigInteger old = rig.serialShown("orders", client);
        Credential renewed = rig.server();
        rig.write("edge.crt", PemWriter.text(renewed.chain()));
        await().until(() -> rig.reloader.inForce().isStale());
        assertThat(rig.serialShown("orders", client)).isEqualTo(old);
        rig.write("edge.key", PemWriter.text(renewed.key()));
        awaitShown(renewed);
        assertThat(rig.reloader.inForce().isStale()).isFalse();
        // What stays as it is isn't tried again and again.
        assertThat(rig.count(Reload.Result.REFUSED)).isEqualTo(1);
    }

    @Test
    void aFileThatOnlyTheRefusedConfigurationNames() throws Exception {
        rig.renew("edge");
        start(rig.directory + "/edge.crt", rig.directory + "/edge.key");
        String yaml = Files.readString(rig.directory.resolve("sallyport.yaml"));
        rig.write("sallyport.yaml", yaml.replace("edge.crt", "new.crt").replace("edge.key", "new.key"));
        await().until(() -> rig.reloader.inForce().isStale());
        Credential renewed = rig.server();
        rig.write("new.key", PemWriter.text(renewed.key()));
        rig.write("new.crt", PemWriter.text(renewed.chain()));
        awaitShown(renewed);
        assertThat(rig.blueprint().chain(rig.blueprint().configuration().profile("edge")))
                .containsExactly(renewed.leaf());
    }
}
