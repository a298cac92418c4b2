package io.sallyport.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.net.BindException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several who want one path in the same instant. Without a lock a fifth of these rounds had two winners. */
class UnixSocketFileTest {

    private static final int ROUNDS = 40;

    /** In nanoseconds; until then both know the instant. */
    private static final long SOON = 1_500_000;

    private static final String HAS_IT = "has it";
    private static final String IN_USE = "Address already in use";

    @TempDir
    Path directory;

    private final ExecutorService executor = Executors.newSingleThreadExecutor();
    private Path path;

    @BeforeEach
    void needUnixSockets() {
        assumeThat(NativeTransport.absence()).as("native transport").isEmpty();
        path = directory.resolve("in.sock");
    }

    @AfterEach
    void stop() throws Exception {
        executor.shutdown();
        assertThat(executor.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    }

    private void leaveOneBehind() throws IOException {
        ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                .bind(UnixDomainSocketAddress.of(path))
                .close();
    }

    /** Another gateway, as far as this goes. */
    private final class OtherProcess implements AutoCloseable {

        private final Process process;
        private final Writer to;
        private final BufferedReader from;

        OtherProcess() throws IOException {
            process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-XX:TieredStopAtLevel=1",
                            "-cp",
                            System.getProperty("java.class.path"),
                            UnixSocketRival.class.getName(),
                            path.toString())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            to = process.outputWriter();
            from = new BufferedReader(new InputStreamReader(process.getInputStream()));
            assertThat(from.readLine()).isEqualTo("ready");
        }

        void tell(String line) throws IOException {
            to.write(line + "\n");
            to.flush();
        }

        String answer() throws IOException {
            return from.readLine();
        }

        void kill() throws Exception {
            process.destroyForcibly().waitFor();
        }

        @Override
        public void close() throws Exception {
            kill();
            from.close();
        }
    }

    private String take(long when, Thrower whileItIsHad) throws Exception {
        try (UnixSocketRival here = UnixSocketRival.take(path, when)) {
            whileItIsHad.run();
            return HAS_IT;
        } catch (BindException e) {
            whileItIsHad.run();
            return String.valueOf(e.getMessage());
        }
    }

    private interface Thrower {
        void run() throws Exception;
    }

    private static void assertOneHasIt(String one, String other) {
        assertThat(one.equals(HAS_IT) ? other : one).startsWith(IN_USE);
        assertThat(one.equals(HAS_IT) ? one : other).isEqualTo(HAS_IT);
    }

    @Test
    void ofTwoProcessesThatReplaceOneInTheSameInstantOneHasIt() throws Exception {
        try (OtherProcess other = new OtherProcess()) {
            for (int i = 0; i < ROUNDS; i++) {
                leaveOneBehind();
                long when = System.nanoTime() + SOON;
                other.tell("take " + when);
                String[] there = new String[1];
                String here = take(when, () -> {
                    there[0] = other.answer();
                    SocketChannel.open(UnixDomainSocketAddress.of(path)).close(); // The winner's file is there.
                });
                assertOneHasIt(here, there[0]);
                other.tell("let go");
                assertThat(other.answer()).isEqualTo("let go");
                assertThat(directory).isEmptyDirectory();
            }
        }
    }

    @Test
    void ofTwoThreadsOneHasIt() throws Exception {
        for (int i = 0; i < ROUNDS; i++) {
            leaveOneBehind();
            long when = System.nanoTime() + SOON;
            CyclicBarrier both = new CyclicBarrier(2);
            Future<String> other = executor.submit(() -> take(when, () -> both.await(10, TimeUnit.SECONDS)));
            String here = take(when, () -> both.await(10, TimeUnit.SECONDS));
            assertOneHasIt(here, other.get(10, TimeUnit.SECONDS));
            assertThat(directory).isEmptyDirectory();
        }
    }

    @Test
    void whoeverComesWhileAnotherProcessTakesItIsRefusedAndOneThatDiedHoldsNothing() throws Exception {
        leaveOneBehind();
        try (OtherProcess other = new OtherProcess()) {
            other.tell("hold");
            assertThat(other.answer()).isEqualTo(HAS_IT);

            assertThatThrownBy(() -> UnixSocketRival.take(path, 0))
                    .isInstanceOf(BindException.class)
                    .hasMessage("Address already in use: another process takes it in this moment");
            try (Stream<Path> there = Files.list(directory)) {
                assertThat(there).containsExactlyInAnyOrder(path, PathLock.beside(path));
            }

            other.kill();
            assertThat(PathLock.beside(path)).exists();
        }
        UnixSocketRival.take(path, 0).close();

        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void aFileThatIsNoLockIsLeftAlone() throws Exception {
        Path file = PathLock.beside(path);

        Files.createDirectory(file);
        assertIsNoLock();
        Files.delete(file);

        Files.writeString(file, "precious");
        assertIsNoLock();
        assertThat(file).hasContent("precious");
        Files.delete(file);

        Files.createSymbolicLink(file, directory.resolve("elsewhere"));
        assertIsNoLock();
        assertThat(directory.resolve("elsewhere")).doesNotExist();
    }

    private void assertIsNoLock() throws IOException {
        assertThatThrownBy(() -> UnixSocketRival.take(path, 0))
                .isInstanceOf(IOException.class)
                .hasMessage("there is a file " + PathLock.beside(path) + " that is no lock; it is left alone");
        assertThat(path).doesNotExist();
        try (Stream<Path> left = Files.list(directory)) {
            assertThat(left).containsExactly(PathLock.beside(path));
        }
    }
}
