package io.sallyport.protocol.starttls;

/** IRC and its STARTTLS (IRCv3's {@code tls}). The client speaks first, before TLS and after it. */
final class Irc {

    private static final String US = ":" + LineServer.NAME + " ";

    private Irc() {}

    /** Servers say other things meanwhile, such as that they look up our name. */
    static Dialogue client() {
        return LineClient.opening("STARTTLS\r\n", LineClient.Turn.consent(new Numeric()));
    }

    private static final class Numeric extends Answer {
        @Override
        Verdict line(String line) {
            String[] words = line.split(" +");
            String command = words.length > 1 && line.startsWith(":") ? words[1] : words[0];
            return switch (command) {
                case "670" -> Verdict.YES;
                case "NOTICE", "CAP", "PING", "020" -> Verdict.MORE;
                default -> Verdict.NO; // 691 if it can't, 421 if it doesn't know the word, ERROR.
            };
        }
    }

    static Dialogue server() {
        return new LineServer("") {
            @Override
            Step command(String word, String rest) {
                return switch (upper(word)) {
                    case "CAP" -> capability(upper(rest.split(" ", 2)[0]));
                    case "STARTTLS" -> Dialogue.done(US + "670 * :STARTTLS successful, proceed with TLS handshake\r\n");
                    case "QUIT" -> quit("ERROR :Bye\r\n");
                    default -> Dialogue.say(US + "451 * :Must issue STARTTLS first\r\n");
                };
            }

            private Step capability(String what) {
                return switch (what) {
                    case "LS", "LIST" -> Dialogue.say(US + "CAP * " + what + " :tls\r\n");
                    case "END" -> Dialogue.goOn();
                    default -> Dialogue.say(US + "CAP * NAK :\r\n");
                };
            }
        };
    }
}
