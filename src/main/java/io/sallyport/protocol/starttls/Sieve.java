package io.sallyport.protocol.starttls;

import java.util.Locale;

/** ManageSieve (RFC 5804). After TLS the server says its greeting, the capabilities, once more. */
final class Sieve {

    private static final String CAPABILITIES =
            "\"IMPLEMENTATION\" \"" + LineServer.NAME + "\"\r\n\"SASL\" \"\"\r\n\"SIEVE\" \"\"\r\n\"STARTTLS\"\r\n";

    private Sieve() {}

    static Dialogue client() {
        return LineClient.of(
                LineClient.Turn.offer(new Capabilities(), "STARTTLS\r\n"), LineClient.Turn.consent(Answer.words("OK")));
    }

    /** Lines of capabilities, each in quotes, and an OK. */
    private static final class Capabilities extends Answer {

        private boolean offered;

        @Override
        Verdict line(String line) {
            if (line.startsWith("\"")) {
                offered |= line.toUpperCase(Locale.ROOT).startsWith("\"STARTTLS\"");
                return Verdict.MORE;
            }
            return offered && line.regionMatches(true, 0, "OK", 0, 2) ? Verdict.YES : Verdict.NO;
        }
    }

    static Dialogue server() {
        return new LineServer(CAPABILITIES + "OK\r\n") {
            @Override
            Step command(String word, String rest) {
                return switch (upper(word)) {
                    case "CAPABILITY" -> Dialogue.say(CAPABILITIES + "OK\r\n");
                    case "NOOP" -> Dialogue.say("OK\r\n");
                    case "STARTTLS" -> Dialogue.done("OK \"Begin TLS\"\r\n");
                    case "LOGOUT" -> quit("OK\r\n");
                    default -> Dialogue.say("NO (ENCRYPT-NEEDED) \"Must issue STARTTLS first\"\r\n");
                };
            }
        };
    }
}
