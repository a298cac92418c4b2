package io.sallyport.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.netty.channel.epoll.Epoll;
import io.netty.channel.unix.DomainDatagramSocketAddress;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What systemd hears, on a socket as its own. */
class ServiceManagerTest {

    @TempDir
    Path directory;

    private Path path;
    private Socket systemd;

    @BeforeEach
    void listen() throws IOException {
        assumeThat(Epoll.isAvailable()).as("native transport").isTrue();
        path = directory.resolve("notify");
        systemd = Socket.newSocketDomainDgram();
        systemd.bind(new DomainSocketAddress(path.toString()));
    }

    @AfterEach
    void close() throws IOException {
        if (systemd != null) {
            systemd.close();
        }
    }

    private String heard() {
        ByteBuffer buffer = ByteBuffer.allocateDirect(256);
        return await().until(
                        () -> {
                            DomainDatagramSocketAddress from = systemd.recvFromDomainSocket(buffer, 0, 256);
                            if (from == null) {
                                return "";
                            }
                            byte[] text = new byte[from.receivedAmount()];
                            buffer.get(0, text);
                            return new String(text, StandardCharsets.UTF_8);
                        },
                        text -> !text.isEmpty());
    }

    private static ServiceManager manager(Map<String, String> more) {
        return new ServiceManager(more, 7);
    }

    private static ServiceManager manager(String socket) {
        return manager(Map.of("NOTIFY_SOCKET", socket));
    }

    @Test
    void itIsToldHowItGoes() {
        ServiceManager manager = manager(path.toString());

        manager.ready("2 relays listen");
        assertThat(heard()).isEqualTo("READY=1\nSTATUS=2 relays listen");
        manager.reloading();
        assertThat(heard()).matches("RELOADING=1\nMONOTONIC_USEC=[1-9]\\d*");
        manager.alive();
        assertThat(heard()).isEqualTo("WATCHDOG=1");
        manager.stopping(Duration.ofSeconds(25));
        assertThat(heard()).isEqualTo("STOPPING=1\nSTATUS=draining\nEXTEND_TIMEOUT_USEC=40000000");
    }

    @Test
    void aReloadThatOverlapsTheEndIsNotTold() {
        ServiceManager manager = manager(path.toString());
        manager.reloading();
        assertThat(heard()).startsWith("RELOADING=1");
        manager.stopping(Duration.ZERO);
        assertThat(heard()).startsWith("STOPPING=1");

        manager.ready("2 relays listen");
        manager.reloading();
        manager.alive();

        assertThat(heard()).isEqualTo("WATCHDOG=1");
    }

    @Test
    void theSocketMayBeAbstract() throws IOException {
        String name = "sallyport-test-" + UUID.randomUUID();
        systemd.close();
        systemd = Socket.newSocketDomainDgram();
        systemd.bind(new DomainSocketAddress("\0" + name));

        manager("@" + name).ready("here");

        assertThat(heard()).isEqualTo("READY=1\nSTATUS=here");
    }

    @Test
    void nobodyHasToListen() {
        manager(path + ".not").ready("");
        manager(Map.of()).ready("");
        manager("vsock:2:1").ready("");
        manager("").ready("");

        manager(path.toString()).alive();
        assertThat(heard()).isEqualTo("WATCHDOG=1");
    }

    @Test
    void theWatchdogWaitsForThisProcessAlone() {
        Map<String, String> environment = new HashMap<>(Map.of("NOTIFY_SOCKET", "/n", "WATCHDOG_USEC", "30000000"));
        assertThat(manager(environment).watchdog()).isEqualTo(Duration.ofSeconds(30));
        environment.put("WATCHDOG_PID", "7");
        assertThat(manager(environment).watchdog()).isEqualTo(Duration.ofSeconds(30));
        environment.put("WATCHDOG_PID", "8");
        assertThat(manager(environment).watchdog()).isNull();
        assertThat(manager(Map.of("NOTIFY_SOCKET", "/n", "WATCHDOG_USEC", "soon"))
                        .watchdog())
                .isNull();
        assertThat(manager(Map.of("WATCHDOG_USEC", "30000000")).watchdog()).isNull();
    }
}
