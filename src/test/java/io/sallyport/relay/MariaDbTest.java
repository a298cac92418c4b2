package io.sallyport.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sallyport.TestPki;
import io.sallyport.profile.Address;
import io.sallyport.profile.PeerName;
import io.sallyport.profile.Profile;
import io.sallyport.profile.Relay;
import io.sallyport.profile.StartTls;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The programs of MariaDB, server and client, at both ends of a relay; skipped where they aren't installed. */
class MariaDbTest {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** Anna proves herself by a password; her server wants the gateway's certificate too, where it is asked for TLS. */
    private static final String USERS = """
            CREATE USER anna@localhost IDENTIFIED BY 'secret';
            CREATE USER berta@localhost IDENTIFIED BY 'secret' REQUIRE X509;
            INSTALL SONAME 'auth_ed25519';
            CREATE USER carla@localhost IDENTIFIED VIA ed25519 USING PASSWORD('secret');
            """;

    @TempDir
    static Path directory;

    private static @Nullable Process server;

    @AutoClose
    private final RelayRig rig = new RelayRig();

    @BeforeAll
    static void startServer() throws Exception {
        Path data = directory.resolve("data");
        Process install = program(
                "mariadb-install-db",
                "--no-defaults",
                "--datadir=" + data,
                "--auth-root-authentication-method=normal",
                "--skip-test-db");
        assertThat(install.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(install.exitValue()).as(output("mariadb-install-db")).isZero();
        Process started = program(
                "/usr/sbin/mariadbd",
                "--no-defaults",
                "--user=" + System.getProperty("user.name"),
                "--datadir=" + data,
                "--socket=" + socket(),
                "--skip-networking",
                "--init-file=" + Files.writeString(directory.resolve("users.sql"), USERS),
                "--ssl-cert=" + TestPki.SERVER_TRUSTED.cert(),
                "--ssl-key=" + TestPki.SERVER_TRUSTED.key(),
                "--ssl-ca=" + TestPki.trustedCa());
        server = started;
        await().atMost(LIMIT).until(() -> greets() || !started.isAlive());
        assertThat(started.isAlive()).as(output("mariadbd")).isTrue();
    }

    @AfterAll
    static void stopServer() throws Exception {
        if (server != null) {
            server.destroy();
            assertThat(server.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        }
    }

    private static Path socket() {
        return directory.resolve("db.sock");
    }

    private static boolean greets() {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket()));
            return channel.read(ByteBuffer.allocate(1)) == 1;
        } catch (IOException e) {
            return false;
        }
    }

    private static Process program(String... command) throws IOException {
        try {
            return new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(outputOf(command[0]).toFile())
                    .start();
        } catch (IOException e) {
            assumeTrue(false, command[0] + " isn't installed");
            throw e;
        }
    }

    private static Path outputOf(String program) {
        return directory.resolve(Path.of(program).getFileName() + ".out");
    }

    private static String output(String program) throws IOException {
        return Files.readString(outputOf(program));
    }

    private int start(@Nullable StartTls listen, @Nullable StartTls connect) throws Exception {
        Profile edge = listen == null ? null : RelayRig.edge();
        Profile db = connect == null ? null : RelayRig.broker();
        Relay relay = new Relay(
                "orders",
                new Relay.Listen(new Address("127.0.0.1", 0), edge == null ? null : edge.name(), false)
                        .withStartTls(listen),
                new Relay.Connect(
                                List.of(Address.parse("unix:" + socket())),
                                db == null ? null : db.name(),
                                new PeerName("server.test", null))
                        .withStartTls(connect),
                RelayRig.TIMEOUTS);
        return rig.start(relay, edge, db);
    }

    private String ask(int port, String user, boolean tls) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                "mariadb",
                "--no-defaults",
                "--host=127.0.0.1",
                "--port=" + port,
                "--user=" + user,
                "--password=secret",
                "--connect-timeout=10",
                "--skip-column-names"));
        if (tls) {
            command.addAll(List.of(
                    "--ssl-ca=" + TestPki.trustedCa(),
                    "--ssl-cert=" + TestPki.CLIENT_TRUSTED.cert(),
                    "--ssl-key=" + TestPki.CLIENT_TRUSTED.key()));
        } else {
            command.add("--skip-ssl");
        }
        command.add("--execute=select user(), length(repeat('x', 1000000)); show session status like 'Ssl_version'");
        Process client = program(command.toArray(String[]::new));
        assertThat(client.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        return output("mariadb").replace('\t', ' ').strip();
    }

    private static String answer(String user, String version) {
        return (user + "@localhost 1000000\nSsl_version " + version).strip();
    }

    @Test
    void clientsWithTlsOfAServerWithout() throws Exception {
        int port = start(StartTls.MYSQL, null);

        assertThat(ask(port, "anna", true)).isEqualTo(answer("anna", ""));
        assertThat(ask(port, "carla", true)).isEqualTo(answer("carla", ""));
        assertThat(rig.events.serverSessions).hasSize(2);
    }

    @Test
    void clientsWithTlsOfAServerWithTls() throws Exception {
        int port = start(StartTls.MYSQL, StartTls.MYSQL);

        assertThat(ask(port, "berta", true)).isEqualTo(answer("berta", "TLSv1.3"));
        assertThat(ask(port, "carla", true)).isEqualTo(answer("carla", "TLSv1.3"));
    }

    @Test
    void clientsWithoutTlsOfAServerWithTls() throws Exception {
        int port = start(null, StartTls.MYSQL);

        assertThat(ask(port, "berta", false)).isEqualTo(answer("berta", "TLSv1.3"));
        assertThat(ask(port, "carla", false)).isEqualTo(answer("carla", "TLSv1.3"));
    }

    @Test
    void theServerTurnsAway() throws Exception {
        assertThat(ask(start(StartTls.MYSQL, null), "berta", true))
                .isEqualTo("ERROR 1045 (28000): Access denied for user 'berta'@'localhost' (using password: YES)");
    }

    @Test
    void aClientWithoutTlsIsToldToUseIt() throws Exception {
        assertThat(ask(start(StartTls.MYSQL, null), "anna", false)).isEqualTo("ERROR 3159 (HY000): TLS is required");
    }
}
