package io.sallyport.protocol.starttls;

/** POP3 (RFC 1939) and its STLS (RFC 2595). After TLS there is no greeting; so APOP, which needs one, can't be used. */
final class Pop3 {

    static final String GREETING = "+OK " + LineServer.NAME + " ready\r\n";

    private static final Answer OK = Answer.words("+OK");

    private Pop3() {}

    static Dialogue client() {
        return LineClient.of(LineClient.Turn.greeting(OK, "STLS\r\n"), LineClient.Turn.consent(OK));
    }

    static Dialogue greeting() {
        return LineClient.greeting(OK);
    }

    static Dialogue server() {
        return new LineServer(GREETING) {
            @Override
            Step command(String word, String rest) {
                return switch (upper(word)) {
                    case "CAPA" -> Dialogue.say("+OK\r\nSTLS\r\n.\r\n");
                    case "STLS" -> Dialogue.done("+OK Begin TLS\r\n");
                    case "QUIT" -> quit("+OK Bye\r\n");
                    default -> Dialogue.say("-ERR Must issue STLS first\r\n");
                };
            }
        };
    }
}
