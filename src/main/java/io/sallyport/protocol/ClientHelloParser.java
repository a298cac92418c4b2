package io.sallyport.protocol;

import io.netty.buffer.ByteBuf;
import io.sallyport.fault.Alert;
import io.sallyport.profile.Hosts;
import io.sallyport.protocol.ClientHelloReader.Reading;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Takes SNI and ALPN out of a whole ClientHello. It is as strict as BoringSSL about the two and about what they stand in:
 * a name that one of them finds and the other doesn't would be a way around a route. What else is wrong, BoringSSL says.
 */
final class ClientHelloParser {

    private static final int VERSION_AND_RANDOM = 2 + 32;
    private static final int SERVER_NAME = 0;
    private static final int ALPN = 16;
    private static final int HOST_NAME = 0;
    /** How much of what is no host name is told. */
    private static final int SHOWN = 100;

    private @Nullable String serverName;
    private @Nullable String invalidName;
    private @Nullable List<String> alpn;

    private ClientHelloParser() {}

    /** @param body the message without its header; used up */
    static Reading parse(ByteBuf body) {
        ClientHelloParser parser = new ClientHelloParser();
        try {
            parser.hello(body);
        } catch (Fault e) {
            return ClientHelloReader.malformed(e.alert, e.detail);
        }
        return new Reading.Complete(
                new ClientHello(parser.serverName, parser.invalidName, parser.alpn == null ? List.of() : parser.alpn));
    }

    /** Never leaves this class; without a stack trace, since a peer can have as many as it likes. */
    private static final class Fault extends Exception {

        private static final long serialVersionUID = 1;

        private final Alert alert;
        private final String detail;

        Fault(Alert alert, String detail) {
            super(detail, null, false, false);
            this.alert = alert;
            this.detail = detail;
        }
    }

    private static Fault undecodable(String what) {
        return new Fault(Alert.DECODE_ERROR, "the ClientHello can't be read: " + what);
    }

    private void hello(ByteBuf body) throws Fault {
        take(body, VERSION_AND_RANDOM, "its random");
        vector(body, 1, "its session id");
        vector(body, 2, "its cipher suites");
        vector(body, 1, "its compression methods");
        if (!body.isReadable()) {
            return;
        }
        ByteBuf extensions = vector(body, 2, "its extensions");
        end(body, "its extensions");
        while (extensions.isReadable()) {
            int type = number(extensions, 2, "an extension");
            ByteBuf extension = vector(extensions, 2, "an extension");
            if (type == SERVER_NAME) {
                serverName(extension);
            } else if (type == ALPN) {
                alpn(extension);
            }
        }
    }

    private void serverName(ByteBuf extension) throws Fault {
        String what = "its server name";
        if (serverName != null || invalidName != null) {
            throw new Fault(Alert.ILLEGAL_PARAMETER, "the ClientHello has two server names");
        }
        ByteBuf list = vector(extension, 2, what);
        end(extension, what);
        if (number(list, 1, what) != HOST_NAME) {
            throw undecodable(what);
        }
        ByteBuf name = vector(list, 2, what);
        end(list, what);
        if (!name.isReadable() || name.indexOf(name.readerIndex(), name.writerIndex(), (byte) 0) >= 0) {
            throw undecodable(what);
        }
        named(name.toString(StandardCharsets.ISO_8859_1));
    }

    private void named(String text) {
        if (Hosts.isName(text)) {
            String lower = text.toLowerCase(Locale.ROOT);
            serverName = lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
        } else {
            String printable = text.replaceAll("[^\\x20-\\x7e]", "?");
            invalidName = printable.length() > SHOWN ? printable.substring(0, SHOWN) + "…" : printable;
        }
    }

    private void alpn(ByteBuf extension) throws Fault {
        String what = "its ALPN list";
        if (alpn != null) {
            throw new Fault(Alert.ILLEGAL_PARAMETER, "the ClientHello has two ALPN lists");
        }
        List<String> protocols = new ArrayList<>(2);
        ByteBuf list = vector(extension, 2, what);
        end(extension, what);
        if (!list.isReadable()) {
            throw undecodable(what);
        }
        while (list.isReadable()) {
            ByteBuf protocol = vector(list, 1, what);
            if (!protocol.isReadable()) {
                throw undecodable(what);
            }
            protocols.add(protocol.toString(StandardCharsets.UTF_8));
        }
        alpn = protocols;
    }

    // The presentation language of RFC 8446, section 3.

    private static int number(ByteBuf from, int width, String what) throws Fault {
        ByteBuf number = take(from, width, what);
        return width == 1 ? number.readUnsignedByte() : number.readUnsignedShort();
    }

    private static ByteBuf vector(ByteBuf from, int width, String what) throws Fault {
        return take(from, number(from, width, what), what);
    }

    private static ByteBuf take(ByteBuf from, int length, String what) throws Fault {
        if (from.readableBytes() < length) {
            throw undecodable(what + " is cut");
        }
        return from.readSlice(length);
    }

    private static void end(ByteBuf used, String what) throws Fault {
        if (used.isReadable()) {
            throw undecodable("there is more behind " + what);
        }
    }
}
