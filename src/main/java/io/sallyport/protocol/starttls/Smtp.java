package io.sallyport.protocol.starttls;

/** SMTP (RFC 5321) and its STARTTLS (RFC 3207). After TLS the client says EHLO anew, and the server no greeting. */
final class Smtp {

    static final String GREETING = "220 " + LineServer.NAME + " ESMTP\r\n";

    private static final String START = "STARTTLS";

    private Smtp() {}

    static Dialogue client() {
        return LineClient.of(
                LineClient.Turn.greeting(Answer.code("220"), "EHLO localhost\r\n"),
                LineClient.Turn.offer(Answer.codeNaming("250", START), START + "\r\n"),
                LineClient.Turn.consent(Answer.code("220")));
    }

    static Dialogue greeting() {
        return LineClient.greeting(Answer.code("220"));
    }

    static Dialogue server() {
        return new LineServer(GREETING) {
            @Override
            Step command(String word, String rest) {
                return switch (upper(word)) {
                    case "EHLO" -> Dialogue.say("250-" + NAME + "\r\n250 " + START + "\r\n");
                    case "HELO" -> Dialogue.say("250 " + NAME + "\r\n");
                    case "NOOP", "RSET" -> Dialogue.say("250 2.0.0 OK\r\n");
                    case "QUIT" -> quit("221 2.0.0 Bye\r\n");
                    case START ->
                        rest.isEmpty()
                                ? Dialogue.done("220 2.0.0 Ready to start TLS\r\n")
                                : Dialogue.say("501 5.5.4 STARTTLS takes no parameter\r\n");
                    default -> Dialogue.say("530 5.7.0 Must issue a STARTTLS command first\r\n");
                };
            }
        };
    }
}
