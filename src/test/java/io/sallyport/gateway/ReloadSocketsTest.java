package io.sallyport.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.sallyport.fault.Mistake;
import io.sallyport.fault.MistakesException;
import io.sallyport.profile.ConfigurationLoader;
import io.sallyport.relay.NativeTransport;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Relays with sockets of several kinds, looked at beforehand and reloaded. */
class ReloadSocketsTest {

    private ReloadRig rig;

    @BeforeEach
    void open() throws Exception {
        assumeThat(NativeTransport.absence()).as("native transport").isEmpty();
        rig = new ReloadRig();
    }

    @AfterEach
    void close() throws Exception {
        if (rig != null) {
            rig.close();
        }
    }

    private Path socket(String name) {
        return rig.directory.resolve(name);
    }

    private void configure(String listen) {
        rig.configure("""
                sallyport:
                  relays:
                    orders:
                      listen: %s
                      connect: { addresses: ["127.0.0.1:%d"] }
                """.formatted(listen, rig.upstream.port()));
    }

    private String unix(String name, String more) {
        return "{ address: \"unix:" + socket(name) + "\"" + more + " }";
    }

    private Object inode(String name) throws IOException {
        return Files.getAttribute(socket(name), "unix:ino");
    }

    private void assertModeOf(String name, String letters) throws IOException {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket(name))))
                .isEqualTo(letters);
    }

    private void assertEchoes(SocketChannel client) throws IOException {
        client.write(ByteBuffer.wrap(new byte[] {7}));
        ByteBuffer reply = ByteBuffer.allocate(1);
        assertThat(client.read(reply)).isEqualTo(1);
        assertThat(reply.get(0)).isEqualTo((byte) 7);
    }

    private SocketChannel connect(String name) throws IOException {
        return SocketChannel.open(UnixDomainSocketAddress.of(socket(name)));
    }

    @Test
    void aReloadChangesTheModeAndKeepsTheSocket() throws Exception {
        configure(unix("in.sock", ""));
        rig.start();
        Object inode = inode("in.sock");
        try (SocketChannel client = connect("in.sock")) {
            assertEchoes(client);

            configure(unix("in.sock", ", mode: 0660"));
            assertThat(rig.reload().result()).isEqualTo(Reload.Result.APPLIED);

            assertModeOf("in.sock", "rw-rw----");
            assertThat(inode("in.sock")).isEqualTo(inode);
            assertEchoes(client);
        }
        try (SocketChannel client = connect("in.sock")) {
            assertEchoes(client);
        }
    }

    @Test
    void anOwnerThatIsNotThereRefusesTheReloadAndItsPreview() throws Exception {
        configure(unix("in.sock", ""));
        rig.start();
        configure(unix("in.sock", ", mode: 0666, owner: no-such-user"));

        for (Reload refused : List.of(rig.reloader.preview(), rig.reload())) {
            assertThat(refused.result()).isEqualTo(Reload.Result.REFUSED);
            assertThat(refused.mistakes()).singleElement().satisfies(mistake -> {
                assertThat(mistake.key()).isEqualTo("sallyport.relays.orders.listen.owner");
                assertThat(mistake.message()).contains("there is no user or group called no-such-user");
            });
        }
        assertModeOf("in.sock", "rw-------");
    }

    @Test
    void anotherPathIsAnotherSocketAndTheFirstFileGoes() throws Exception {
        configure(unix("in.sock", ""));
        rig.start();
        try (SocketChannel client = connect("in.sock")) {
            configure(unix("other.sock", ""));
            assertThat(rig.reload().result()).isEqualTo(Reload.Result.APPLIED);

            assertThat(socket("in.sock")).doesNotExist();
            assertEchoes(client);
            try (SocketChannel other = connect("other.sock")) {
                assertEchoes(other);
            }
        }
    }

    @Test
    void whetherAPortIsSharedChangesWithTheNextStartOnly() throws Exception {
        configure("{ address: \"127.0.0.1:0\" }");
        rig.start();
        int port = rig.port("orders");

        configure("{ address: \"127.0.0.1:0\", reuse-port: true }");
        Reload reload = rig.reload();

        assertThat(reload.mistakes())
                .extracting(Mistake::message)
                .containsExactly("is true from the next start on; until then it stays as it is");
        assertThat(rig.port("orders")).isEqualTo(port);
    }

    private List<String> checked() throws MistakesException {
        return PortChecks.of(new ConfigurationLoader(socket("sallyport.yaml"), Map.of(), Map.of())
                        .load()
                        .configuration())
                .stream()
                .filter(mistake -> mistake.key().startsWith("sallyport.relays.orders."))
                .map(mistake -> mistake.key().substring("sallyport.relays.orders.".length()) + " " + mistake.message())
                .toList();
    }

    @Test
    void whatKeepsAUnixSocketFromListeningIsToldBeforehand() throws Exception {
        configure(unix("in.sock", ""));
        assertThat(checked()).isEmpty();
        try (ServerSocketChannel live = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            live.bind(UnixDomainSocketAddress.of(socket("in.sock")));
            assertThat(checked()).singleElement().asString().contains("is taken: by this gateway if it runs already");
        }
        assertThat(checked()).as("left behind").isEmpty();
        assertThat(socket("in.sock")).as("only looked at").exists();

        configure(unix("sallyport.yaml", ""));
        assertThat(checked()).singleElement().asString().contains("there is a file of this name that is no socket");
        configure(unix("none/in.sock", ""));
        assertThat(checked()).singleElement().asString().contains("there is no directory " + socket("none"));
        configure(unix("new.sock", ", owner: no-such-user"));
        assertThat(checked()).singleElement().asString().contains("there is no user or group called no-such-user");
    }

    @Test
    void aSourceThatIsNotOfThisMachineIsToldBeforehand() throws Exception {
        rig.configure("""
                sallyport:
                  relays:
                    orders:
                      listen: { address: "127.0.0.1:0" }
                      routes: [ { sni: [raw.test], passthrough: true, connect: { addresses: ["127.0.0.1:1"], source: 192.0.2.7 } } ]
                      connect: { addresses: ["127.0.0.1:1"], source: 127.0.0.1 }
                """);

        assertThat(checked())
                .containsExactly("routes[0].connect.source 192.0.2.7 is no address of this machine,"
                        + " so no connection can come from it");
    }
}
