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

    @Test
    void itIsToldHowItGoes() {
        ServiceManager manager = new ServiceManager(path.toString());

        manager.ready();
        assertThat(heard()).isEqualTo("READY=1");
        manager.reloading();
        assertThat(heard()).matches("RELOADING=1\nMONOTONIC_USEC=[1-9]\\d*");
        manager.stopping();
        assertThat(heard()).isEqualTo("STOPPING=1");
    }

    @Test
    void nobodyHasToListen() throws IOException {
        systemd.close();

        new ServiceManager(path.toString()).ready();
        new ServiceManager(null).ready();
        new ServiceManager("@abstract").ready();
        systemd = Socket.newSocketDomainDgram();
    }
}
