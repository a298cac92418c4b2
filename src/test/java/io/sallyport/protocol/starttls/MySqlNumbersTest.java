package io.sallyport.protocol.starttls;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sallyport.profile.StartTls;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Packets of a login where the client alone has TLS: it is one number ahead of its server. */
class MySqlNumbersTest {

    private final MySqlLogin login = new MySqlLogin(StartTls.MYSQL, null);
    private final MySqlNumbers client = login.fromClient();
    private final MySqlNumbers server = login.fromServer();

    private static byte[] packet(int number, String content) {
        return MySqlPacket.packetOf(number, content.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static byte[] changed(MySqlNumbers by, byte[] bytes) {
        ByteBuf buffer = Unpooled.copiedBuffer(bytes);
        by.change(buffer);
        byte[] after = new byte[buffer.readableBytes()];
        buffer.readBytes(after);
        buffer.release();
        return after;
    }

    private static byte[] both(byte[] one, byte[] other) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(one);
        out.writeBytes(other);
        return out.toByteArray();
    }

    @Test
    void whatIsSaidOfTlsIsSaidOfTheOtherSide() {
        assertThat(changed(client, packet(2, "\0\n\0\0..."))).isEqualTo(packet(1, "\0\2\0\0..."));
        assertThat(changed(client, packet(4, "\0\n")))
                .as("of the first packet alone")
                .isEqualTo(packet(3, "\0\n"));
    }

    @Test
    void theServersOkEndsIt() {
        assertThat(changed(server, both(packet(1, "\u00fe..."), packet(3, "\0ok"))))
                .isEqualTo(both(packet(2, "\u00fe..."), packet(4, "\0ok")));
        assertThat(changed(server, packet(1, "row"))).isEqualTo(packet(1, "row"));
        assertThat(changed(client, packet(5, "late"))).isEqualTo(packet(5, "late"));
        assertThat(client.isOver()).isTrue();
    }

    @Test
    void aHastyClientsCommandsKeepTheirNumbers() {
        changed(client, packet(2, "\0\0\0\0"));
        byte[] commands = both(packet(0, "query"), packet(1, "more of it"));

        assertThat(changed(client, commands)).isEqualTo(commands);
    }

    @Test
    void numbersGoRound() {
        for (int number = 2; number < 1_000; number += 2) {
            assertThat(changed(client, packet(number & 0xff, "\0\0"))).isEqualTo(packet(number - 1 & 0xff, "\0\0"));
            assertThat(changed(server, packet(number & 0xff, "\1..."))).isEqualTo(packet(number + 1 & 0xff, "\1..."));
        }
    }

    /** What follows a packet of the greatest length is the rest of it, whatever it begins with. */
    @Test
    void theRestOfALongPacketEndsNothing() {
        byte[] full = new byte[0xffffff];
        full[0] = 1;
        changed(server, MySqlPacket.packetOf(2, full));
        changed(server, packet(3, "\0rest"));

        assertThat(server.isOver()).isFalse();
        assertThat(changed(server, packet(4, "\0ok"))).isEqualTo(packet(5, "\0ok"));
        assertThat(server.isOver()).isTrue();
    }
}
