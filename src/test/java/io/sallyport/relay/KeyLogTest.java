package io.sallyport.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.TestPki;
import io.sallyport.fault.MistakesException;
import io.sallyport.peer.TestTls;
import io.sallyport.peer.TlsPeer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The secrets of connections go to a file where that is asked for, and nowhere else. */
class KeyLogTest {

    private static RelayRig rig;
    private static Upstream upstream;

    @TempDir
    Path directory;

    @BeforeAll
    static void start() throws Exception {
        rig = new RelayRig();
        upstream = Upstream.echo();
    }

    @AfterAll
    static void stop() throws Exception {
        rig.close();
        upstream.close();
    }

    private static void connect(int port, String version) throws Exception {
        try (TlsPeer client = TlsPeer.connect(port, TestTls.context(TestPki.CLIENT_TRUSTED), version, null)) {
            client.write(new byte[] {1});
            assertThat(client.readExactly(1)).containsExactly(1);
        }
    }

    @Test
    void theSecretsOfBothVersionsAreAdded() throws Exception {
        Path file = directory.resolve("edge.keys");
        int port = rig.start(RelayRig.edge().withKeyLog(file), null, upstream.port());
        assertThat(file).doesNotExist();

        connect(port, "TLSv1.3");
        connect(port, "TLSv1.2");

        List<String> lines = Files.readAllLines(file);
        assertThat(lines)
                .allMatch(line -> line.matches("[A-Z0-9_]+ [0-9a-f]{64} [0-9a-f]{64,96}"))
                .anyMatch(line -> line.startsWith("CLIENT_HANDSHAKE_TRAFFIC_SECRET "))
                .anyMatch(line -> line.startsWith("SERVER_TRAFFIC_SECRET_0 "))
                .anyMatch(line -> line.startsWith("CLIENT_RANDOM "));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void withoutTheKeyNothingIsWritten() throws Exception {
        connect(rig.start(RelayRig.edge(), null, upstream.port()), "TLSv1.3");
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void aFileThatOthersReadAndALinkAreRefused() throws Exception {
        Path file = Files.createFile(directory.resolve("open.keys"));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        assertThatThrownBy(() -> rig.start(RelayRig.edge().withKeyLog(file), null, upstream.port()))
                .isInstanceOf(MistakesException.class)
                .hasMessageContaining("sallyport.profiles.edge.unsafe-key-log: " + file + " is open to others");
        Path link = Files.createSymbolicLink(directory.resolve("link.keys"), directory.resolve("elsewhere"));
        assertThatThrownBy(() -> rig.start(RelayRig.edge().withKeyLog(link), null, upstream.port()))
                .isInstanceOf(MistakesException.class);
        Path nowhere = directory.resolve("none/edge.keys");
        assertThatThrownBy(() -> rig.start(RelayRig.edge().withKeyLog(nowhere), null, upstream.port()))
                .isInstanceOf(MistakesException.class);
    }
}
