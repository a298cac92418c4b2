package io.sallyport.protocol.starttls;

/** FTP's control connection (RFC 959) and its AUTH TLS (RFC 4217). After TLS there is no greeting. */
final class Ftp {

    static final String GREETING = "220 " + LineServer.NAME + " ready\r\n";

    private Ftp() {}

    static Dialogue client() {
        return LineClient.of(
                LineClient.Turn.greeting(Answer.code("220"), "AUTH TLS\r\n"),
                LineClient.Turn.consent(Answer.code("234")));
    }

    static Dialogue greeting() {
        return LineClient.greeting(Answer.code("220"));
    }

    static Dialogue server() {
        return new LineServer(GREETING) {
            @Override
            Step command(String word, String rest) {
                return switch (upper(word)) {
                    case "FEAT" -> Dialogue.say("211-Features:\r\n AUTH TLS\r\n211 End\r\n");
                    case "AUTH" ->
                        upper(rest).matches("TLS(-C)?")
                                ? Dialogue.done("234 Begin TLS\r\n")
                                : Dialogue.say("504 Only AUTH TLS\r\n");
                    case "NOOP" -> Dialogue.say("200 OK\r\n");
                    case "QUIT" -> quit("221 Bye\r\n");
                    default -> Dialogue.say("530 Must issue AUTH TLS first\r\n");
                };
            }
        };
    }
}
