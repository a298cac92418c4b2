package io.sallyport.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sallyport.TestPki;
import io.sallyport.peer.Peer;
import io.sallyport.profile.Address;
import io.sallyport.profile.PeerName;
import io.sallyport.profile.Profile;
import io.sallyport.profile.Relay;
import io.sallyport.profile.StartTls;
import io.sallyport.profile.VerifyMode;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** curl and psql at relays that speak STARTTLS to them, each skipped where it isn't installed. */
class StartTlsProgramsTest {

    /** Of anna, as SASL's PLAIN has it. */
    private static final String SECRET = "AGFubmEAc2VjcmV0";

    private static final Duration LIMIT = Duration.ofSeconds(20);

    @TempDir
    Path directory;

    @AutoClose
    private final RelayRig rig = new RelayRig();

    private int start(StartTls protocol, VerifyMode verify, int upstream) throws Exception {
        Profile edge = RelayRig.profile("edge", TestPki.SERVER_TRUSTED, verify, Profile.DEFAULT_DEPTH);
        Relay relay = new Relay(
                "orders",
                new Relay.Listen(new Address("127.0.0.1", 0), "edge", false).withStartTls(protocol),
                new Relay.Connect(List.of(new Address("127.0.0.1", upstream)), null, PeerName.OF_ADDRESS),
                RelayRig.TIMEOUTS);
        return rig.start(relay, edge, null);
    }

    /** A plain server of lines, and what it was told. */
    private static final class LineServer {

        private final Queue<String> heard = new ConcurrentLinkedQueue<>();
        private final String greeting;
        private final UnaryOperator<String> answer;

        LineServer(String greeting, UnaryOperator<String> answer) {
            this.greeting = greeting;
            this.answer = answer;
        }

        void serve(Peer peer) throws IOException {
            peer.write(greeting.getBytes(StandardCharsets.US_ASCII));
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            byte[] one = new byte[1];
            while (peer.read(one) > 0) {
                line.write(one[0]);
                if (one[0] == '\n') {
                    String text = line.toString(StandardCharsets.US_ASCII).strip();
                    line.reset();
                    heard.add(text);
                    peer.write(answer.apply(text).getBytes(StandardCharsets.US_ASCII));
                }
            }
            peer.end();
        }
    }

    private Process run(List<String> command) throws IOException {
        try {
            return new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(directory.resolve("output").toFile())
                    .start();
        } catch (IOException e) {
            assumeTrue(false, command.get(0) + " isn't installed");
            throw e;
        }
    }

    private String awaitEnd(Process process) throws Exception {
        boolean ended = process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS);
        process.destroyForcibly();
        String output = Files.readString(directory.resolve("output"));
        assertThat(ended).as(output).isTrue();
        return output;
    }

    private void curl(LineServer server, StartTls protocol, String url, String... more) throws Exception {
        try (Upstream upstream = Upstream.plain(server::serve)) {
            int port = start(protocol, VerifyMode.REQUIRED, upstream.port());
            List<String> command = new ArrayList<>(List.of(
                    "curl",
                    "--silent",
                    "--show-error",
                    "--verbose",
                    "--ssl-reqd",
                    "--max-time",
                    "15",
                    "--cacert",
                    TestPki.trustedCa().toString(),
                    "--cert",
                    TestPki.CLIENT_TRUSTED.cert().toString(),
                    "--key",
                    TestPki.CLIENT_TRUSTED.key().toString(),
                    "--user",
                    "anna:secret"));
            command.addAll(List.of(more));
            command.add(url.replace("PORT", Integer.toString(port)));
            Process process = run(command);
            String output = awaitEnd(process);
            assertThat(process.exitValue())
                    .as(output + "\nthe server heard " + server.heard)
                    .isZero();
        }
    }

    @Test
    void curlSendsMail() throws Exception {
        Path mail = Files.writeString(directory.resolve("mail"), "Subject: hello\r\n\r\nhow are you?\r\n");
        LineServer server = new LineServer("220 real ESMTP\r\n", line -> switch (line.split(" ")[0]) {
            case "EHLO" -> "250-real\r\n250 AUTH PLAIN\r\n";
            case "AUTH" -> "334 \r\n";
            case SECRET -> "235 welcome\r\n";
            case "DATA" -> "354 go on\r\n";
            case "QUIT" -> "221 bye\r\n";
            case "MAIL", "RCPT", "." -> "250 ok\r\n";
            default -> "";
        });

        curl(
                server,
                StartTls.SMTP,
                "smtp://127.0.0.1:PORT/me.test",
                "--mail-from",
                "a@a.test",
                "--mail-rcpt",
                "b@a.test",
                "--upload-file",
                mail.toString());

        assertThat(server.heard).startsWith("EHLO me.test").contains("MAIL FROM:<a@a.test>", "how are you?");
        assertThat(server.heard).contains(SECRET);
    }

    @Test
    void curlReadsImap() throws Exception {
        LineServer server = new LineServer("* OK real\r\n", line -> {
            String[] words = line.split(" ");
            return switch (words[words.length > 1 ? 1 : 0]) {
                case "CAPABILITY" -> "* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n" + words[0] + " OK\r\n";
                case "AUTHENTICATE" -> "+ \r\n";
                case SECRET -> "A004 OK\r\n";
                default -> words[0] + " OK\r\n";
            };
        });

        curl(server, StartTls.IMAP, "imap://127.0.0.1:PORT/");

        assertThat(server.heard).contains("A004 AUTHENTICATE PLAIN", SECRET, "A005 LIST \"\" *");
    }

    @Test
    void curlReadsPop3() throws Exception {
        LineServer server = new LineServer("+OK real\r\n", line -> switch (line.split(" ")[0]) {
            case "CAPA" -> "+OK\r\nUSER\r\n.\r\n";
            case "LIST" -> "+OK\r\n1 100\r\n.\r\n";
            default -> "+OK\r\n";
        });

        curl(server, StartTls.POP3, "pop3://127.0.0.1:PORT/");

        assertThat(server.heard).contains("USER anna", "PASS secret", "LIST");
    }

    @Test
    void curlLogsInByFtp() throws Exception {
        LineServer server = new LineServer("220 real\r\n", line -> switch (line.split(" ")[0]) {
            case "USER" -> "331 who are you?\r\n";
            case "PASS" -> "230 welcome\r\n";
            case "PWD" -> "257 \"/\"\r\n";
            case "QUIT" -> "221 bye\r\n";
            default -> "200 ok\r\n";
        });

        curl(server, StartTls.FTP, "ftp://127.0.0.1:PORT/", "--ftp-ssl-control", "--head");

        assertThat(server.heard).contains("USER anna", "PASS secret", "PWD");
    }

    /** As much of PostgreSQL as psql needs for a query, and for one that is cancelled. */
    private static final class Postgres implements AutoCloseable {

        private final ServerSocket server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        private final CountDownLatch cancelled = new CountDownLatch(1);
        private final CountDownLatch sleeping = new CountDownLatch(1);

        Postgres() throws IOException {
            Thread thread = new Thread(this::accept, "postgres");
            thread.setDaemon(true);
            thread.start();
        }

        private void accept() {
            while (!server.isClosed()) {
                try {
                    Socket socket = server.accept();
                    Thread thread = new Thread(() -> serve(socket), "postgres-connection");
                    thread.setDaemon(true);
                    thread.start();
                } catch (IOException e) {
                    return;
                }
            }
        }

        private void serve(Socket socket) {
            try (socket;
                    InputStream raw = socket.getInputStream();
                    OutputStream out = socket.getOutputStream()) {
                DataInputStream in = new DataInputStream(raw);
                byte[] startup = in.readNBytes(in.readInt() - Integer.BYTES);
                if (startup.length == 12 && startup[0] == 4) {
                    cancelled.countDown();
                    return;
                }
                say(out, 'R', new byte[4]);
                say(out, 'K', new byte[] {0, 0, 0, 1, 0, 0, 0, 2});
                say(out, 'Z', new byte[] {'I'});
                for (int type = in.read(); type == 'Q'; type = in.read()) {
                    String query = new String(in.readNBytes(in.readInt() - Integer.BYTES), StandardCharsets.US_ASCII);
                    if (query.contains("sleep")) {
                        sleeping.countDown();
                        cancelled.await();
                        say(out, 'E', "SERROR\0C57014\0Mcanceling statement\0\0".getBytes(StandardCharsets.US_ASCII));
                    } else {
                        say(out, 'T', column());
                        say(out, 'D', new byte[] {0, 1, 0, 0, 0, 2, '4', '2'});
                        say(out, 'C', "SELECT 1\0".getBytes(StandardCharsets.US_ASCII));
                    }
                    say(out, 'Z', new byte[] {'I'});
                }
            } catch (IOException | InterruptedException e) {
                // The client is gone.
            }
        }

        private static byte[] column() throws IOException {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            DataOutputStream out = new DataOutputStream(bytes);
            out.writeShort(1);
            out.writeBytes("answer\0");
            out.writeInt(0);
            out.writeShort(0);
            out.writeInt(25); // text
            out.writeShort(-1);
            out.writeInt(-1);
            out.writeShort(0);
            return bytes.toByteArray();
        }

        private static void say(OutputStream out, char type, byte[] content) throws IOException {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            DataOutputStream message = new DataOutputStream(bytes);
            message.writeByte(type);
            message.writeInt(Integer.BYTES + content.length);
            message.write(content);
            out.write(bytes.toByteArray());
        }

        @Override
        public void close() throws IOException {
            server.close();
        }
    }

    private Process psql(int port, String query) throws Exception {
        Path key = Files.copy(TestPki.CLIENT_TRUSTED.key(), directory.resolve("client.key"));
        Files.setPosixFilePermissions(key, java.nio.file.attribute.PosixFilePermissions.fromString("rw-------"));
        return run(List.of(
                "psql",
                "--no-psqlrc",
                "--tuples-only",
                "--no-align",
                "host=127.0.0.1 port=" + port + " user=anna dbname=orders sslmode=verify-full sslrootcert="
                        + TestPki.trustedCa() + " sslcert=" + TestPki.CLIENT_TRUSTED.cert() + " sslkey=" + key,
                "--command",
                query));
    }

    @Test
    void psqlAsks() throws Exception {
        try (Postgres server = new Postgres()) {
            Process psql =
                    psql(start(StartTls.POSTGRESQL, VerifyMode.REQUIRED, server.server.getLocalPort()), "select 42");

            assertThat(awaitEnd(psql)).isEqualTo("42\n");
            assertThat(rig.events.serverSessions).hasSize(1);
        }
    }

    @Test
    void psqlCancelsWhereNobodyIsVerified() throws Exception {
        try (Postgres server = new Postgres()) {
            Process psql = psql(
                    start(StartTls.POSTGRESQL, VerifyMode.NONE, server.server.getLocalPort()), "select pg_sleep(1000)");
            await().atMost(LIMIT).until(() -> server.sleeping.getCount() == 0 || !psql.isAlive());
            new ProcessBuilder("kill", "-INT", Long.toString(psql.pid()))
                    .start()
                    .waitFor();

            assertThat(awaitEnd(psql)).contains("canceling statement");
            assertThat(server.cancelled.getCount()).isZero();
        }
    }
}
