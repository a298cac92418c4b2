package io.sallyport.protocol.starttls;

/** NNTP (RFC 3977) and its STARTTLS (RFC 4642). After TLS there is no greeting. */
final class Nntp {

    /** Whether posting is allowed is not known yet; a client that posts learns it then. */
    static final String GREETING = "200 " + LineServer.NAME + " ready\r\n";

    private static final String START = "STARTTLS";

    private Nntp() {}

    static Dialogue client() {
        return LineClient.of(
                LineClient.Turn.greeting(Answer.code("200", "201"), START + "\r\n"),
                LineClient.Turn.consent(Answer.code("382")));
    }

    static Dialogue greeting() {
        return LineClient.greeting(Answer.code("200", "201"));
    }

    static Dialogue server() {
        return new LineServer(GREETING) {
            @Override
            Step command(String word, String rest) {
                return switch (upper(word)) {
                    case "CAPABILITIES" -> Dialogue.say("101 Capability list:\r\nVERSION 2\r\n" + START + "\r\n.\r\n");
                    case START -> Dialogue.done("382 Continue with TLS negotiation\r\n");
                    case "QUIT" -> quit("205 Bye\r\n");
                    default -> Dialogue.say("483 Must issue STARTTLS first\r\n");
                };
            }
        };
    }
}
