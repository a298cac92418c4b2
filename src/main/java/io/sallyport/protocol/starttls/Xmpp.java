package io.sallyport.protocol.starttls;

import io.netty.buffer.ByteBuf;
import io.netty.util.ByteProcessor;
import io.sallyport.fault.Refusal;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * XMPP's STARTTLS (RFC 6120, section 5). What is said before TLS is a handful of tags: they are read one by one, by their
 * names, and nothing inside them is believed. After TLS the client opens a new stream.
 */
abstract class Xmpp implements Dialogue {

    private static final String TLS_NAMESPACE = "urn:ietf:params:xml:ns:xmpp-tls";
    private static final String FEATURES =
            "<stream:features><starttls xmlns='" + TLS_NAMESPACE + "'><required/></starttls></stream:features>";

    /** Of one tag. */
    private static final int MAX_LENGTH = 2048;

    private static final int MAX_TAGS = 100;
    private static final Pattern ATTRIBUTE = Pattern.compile("\\s(to|xmlns)\\s*=\\s*(?:'([^']*)'|\"([^\"]*)\")");

    private int tags;

    /** @param host the domain that is asked for */
    static Dialogue client(String host) {
        return new Client(host);
    }

    static Dialogue server() {
        return new Server();
    }

    @Override
    public final Step next(ByteBuf in) {
        if (Tls.begins(in)) {
            return tooEarly();
        }
        int window = Math.min(in.readableBytes(), MAX_LENGTH);
        int end = in.forEachByte(in.readerIndex(), window, new EndOfTag());
        if (end < 0) {
            return window < MAX_LENGTH
                    ? Step.Wait.INSTANCE
                    : Dialogue.failed(Refusal.STARTTLS_MALFORMED, "a tag is longer than " + MAX_LENGTH + " bytes");
        }
        if (++tags > MAX_TAGS) {
            return Dialogue.failed(
                    Refusal.STARTTLS_MALFORMED, "there were more than " + MAX_TAGS + " tags, and still no TLS");
        }
        String text = in.readCharSequence(end + 1 - in.readerIndex(), StandardCharsets.ISO_8859_1)
                .toString();
        int start = text.indexOf('<');
        return text.substring(0, start).isBlank()
                ? tag(text.substring(start))
                : Dialogue.failed(Refusal.STARTTLS_MALFORMED, "there is text between the tags");
    }

    /** Stops at the end of a tag. A {@code >} may stand in a value. */
    private static final class EndOfTag implements ByteProcessor {

        private boolean inside;
        private byte quote;

        @Override
        public boolean process(byte value) {
            if (quote != 0) {
                quote = value == quote ? 0 : quote;
            } else if (inside && (value == '\'' || value == '"')) {
                quote = value;
            } else if (value == '<') {
                inside = true;
            }
            return !inside || quote != 0 || value != '>';
        }
    }

    abstract Step tooEarly();

    /** @param tag from its {@code <} to its {@code >} */
    abstract Step tag(String tag);

    private static String name(String tag) {
        return tag.replaceFirst("^<(/?[^\\s/>]*)(?s:.*)$", "$1");
    }

    private static String attribute(String tag, String name, String otherwise) {
        Matcher matcher = ATTRIBUTE.matcher(tag);
        while (matcher.find()) {
            if (matcher.group(1).equals(name)) {
                return matcher.group(2) == null ? matcher.group(3) : matcher.group(2);
            }
        }
        return otherwise;
    }

    private static final class Server extends Xmpp {

        private boolean opened;

        @Override
        public Behind behind() {
            return Behind.TLS;
        }

        @Override
        public Step begin() {
            return Dialogue.goOn();
        }

        @Override
        Step tooEarly() {
            return Tls.begunByClient();
        }

        @Override
        Step tag(String tag) {
            String name = name(tag);
            if (name.startsWith("?")) {
                return Dialogue.goOn();
            }
            if (!opened) {
                return name.equals("stream:stream") ? open(tag) : turnDown("it opened no stream");
            }
            return switch (name) {
                case "starttls" -> tag.endsWith("/>") ? proceed() : Dialogue.goOn();
                case "/starttls" -> proceed();
                case "/stream:stream" ->
                    Dialogue.failed(
                            Refusal.STARTTLS_NOT_ASKED, "the client left without starting TLS", "</stream:stream>");
                default -> turnDown("it sent <" + LineDialogue.shown(name) + ">");
            };
        }

        /** The namespace and the name are the client's own, so they are sent back only where they can do no harm. */
        private Step open(String tag) {
            opened = true;
            String namespace = attribute(tag, "xmlns", "").equals("jabber:server") ? "jabber:server" : "jabber:client";
            String host = attribute(tag, "to", "");
            String from = host.matches("[A-Za-z0-9.-]{1,255}") ? " from='" + host + "'" : "";
            return Dialogue.say("<?xml version='1.0'?><stream:stream xmlns='" + namespace
                    + "' xmlns:stream='http://etherx.jabber.org/streams' id='0'" + from + " version='1.0'>" + FEATURES);
        }

        private static Step proceed() {
            return Dialogue.done("<proceed xmlns='" + TLS_NAMESPACE + "'/>");
        }

        private static Step turnDown(String detail) {
            return Dialogue.failed(
                    Refusal.STARTTLS_NOT_ASKED,
                    "the client didn't start TLS: " + detail,
                    "<stream:error><policy-violation xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>"
                            + "</stream:stream>");
        }
    }

    private static final class Client extends Xmpp {

        private final String host;
        private boolean offered;
        private boolean asked;

        Client(String host) {
            this.host = host;
        }

        @Override
        public Behind behind() {
            return Behind.NOTHING;
        }

        @Override
        public Step begin() {
            return Dialogue.say("<?xml version='1.0'?><stream:stream to='" + host
                    + "' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>");
        }

        @Override
        Step tooEarly() {
            return Tls.begunByServer();
        }

        @Override
        Step tag(String tag) {
            String name = name(tag);
            if (asked) {
                return name.equals("proceed") && tag.endsWith("/>")
                        ? Dialogue.done("")
                        : Dialogue.failed(
                                Refusal.STARTTLS_REFUSED,
                                "the server refused to start TLS: " + LineDialogue.shown(name));
            }
            offered |= name.equals("starttls");
            return switch (name) {
                case "/stream:features" -> ask();
                case "/stream:stream", "stream:error" ->
                    Dialogue.failed(Refusal.GREETING_REFUSED, "the server ended the stream at once");
                default -> name.equals("stream:features") && tag.endsWith("/>") ? ask() : Dialogue.goOn();
            };
        }

        private Step ask() {
            asked = true;
            return offered
                    ? Dialogue.say("<starttls xmlns='" + TLS_NAMESPACE + "'/>")
                    : Dialogue.failed(Refusal.STARTTLS_REFUSED, "the server doesn't offer STARTTLS");
        }
    }
}
