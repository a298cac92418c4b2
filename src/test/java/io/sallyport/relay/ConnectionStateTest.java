package io.sallyport.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random orders of events, on both sides of a pair at once, in each mode: whatever the order, every connection that was
 * accepted is closed once, with a reason, and nothing of it stays. {@link RelayRig#close} counts what is native.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConnectionStateTest {

    private static final Set<String> STATES =
            Set.of("greeting", "handshaking", "dialling", "securing", "relaying", "closing", "closed");

    private RelayRig rig;

    @BeforeAll
    void open() {
        rig = new RelayRig();
    }

    @AfterAll
    void close() throws Exception {
        rig.close();
    }

    static IntStream seeds() {
        return IntStream.range(0, 60);
    }

    /** What one end may do at any moment. */
    private enum Step {
        WRITE {
            @Override
            void take(Socket socket, Random random) throws Exception {
                OutputStream out = socket.getOutputStream();
                out.write(new byte[1 + random.nextInt(70_000)]);
            }
        },
        READ {
            @Override
            void take(Socket socket, Random random) throws Exception {
                // No more than is there: one step must not wait for the next.
                InputStream in = socket.getInputStream();
                in.readNBytes(Math.min(in.available(), random.nextInt(70_000)));
            }
        },
        END {
            @Override
            void take(Socket socket, Random random) throws Exception {
                if (!socket.isOutputShutdown()) {
                    socket.shutdownOutput();
                }
            }
        },
        CLOSE {
            @Override
            void take(Socket socket, Random random) throws Exception {
                socket.close();
            }
        },
        RESET {
            @Override
            void take(Socket socket, Random random) throws Exception {
                socket.setSoLinger(true, 0);
                socket.close();
            }
        };

        abstract void take(Socket socket, Random random) throws Exception;
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void everyOrderOfEventsEndsInOneClose(int seed) throws Exception {
        Random random = new Random(seed);
        int before = rig.events.closed.size();
        try (ServerSocket upstream = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            // Behind the relay that meets clients a second one may stand, so that TLS is on either side.
            int plain = rig.start(null, null, upstream.getLocalPort());
            int tls = rig.start(RelayRig.edge(), null, upstream.getLocalPort());
            int front = random.nextBoolean() ? plain : rig.start(null, RelayRig.broker(), tls);
            upstream.setSoTimeout(200);
            for (int i = 0; i < 3; i++) {
                play(random, front, upstream);
            }
        }
        rig.events.awaitIdle();
        List<RecordedEvents.Closed> closed = List.copyOf(rig.events.closed.subList(before, rig.events.closed.size()));
        assertThat(closed).extracting(it -> it.connection().id()).doesNotHaveDuplicates();
        assertThat(closed).allSatisfy(it -> {
            assertThat(it.reason()).isNotEqualTo(CloseReason.INTERNAL_ERROR);
            assertThat(it.connection().state()).isEqualTo("closed");
        });
    }

    private void play(Random random, int front, ServerSocket upstream) throws Exception {
        List<Socket> ends = new ArrayList<>();
        int before = rig.events.accepted();
        Socket client = new Socket();
        client.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), front), 5000);
        ends.add(client);
        // The kernel has it before the relay does.
        await().atMost(Duration.ofSeconds(30)).until(() -> rig.events.accepted() > before);
        boolean accepts = random.nextInt(4) > 0;
        for (int steps = random.nextInt(12); steps > 0; steps--) {
            if (accepts && ends.size() == 1) {
                acceptInto(ends, upstream);
            }
            Socket end = ends.get(random.nextInt(ends.size()));
            Step step = Step.values()[random.nextInt(Step.values().length)];
            try {
                step.take(end, random);
            } catch (java.io.IOException e) {
                // The other end, or this one, is gone: that is one of the orders.
            }
            assertThat(rig.events.latest().state()).isIn(STATES);
            if (random.nextInt(10) == 0) {
                rig.events.latest().close(); // The operator.
            }
        }
        for (Socket end : ends) {
            end.close();
        }
    }

    private static void acceptInto(List<Socket> ends, ServerSocket upstream) throws Exception {
        try {
            ends.add(upstream.accept());
        } catch (java.net.SocketTimeoutException e) {
            // The client is gone already, and so is the dial.
        }
    }
}
