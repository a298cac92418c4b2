package io.sallyport.protocol.starttls;

/** IMAP (RFC 9051). After TLS there is no greeting. */
final class Imap {

    static final String GREETING = "* OK [CAPABILITY IMAP4rev1] ready\r\n";

    /** ASTRING-CHAR without {@code +} and {@code ]}. It is sent back, so it may not be anything. */
    private static final String TAG = "[A-Za-z0-9!#$&',./:;<=>?@^_`|~\\[-]{1,64}";

    private Imap() {}

    /** A greeting PREAUTH is turned down: TLS can't be started any more, and whoever is in between likes that. */
    static Dialogue client() {
        return LineClient.of(
                LineClient.Turn.greeting(Answer.words("* OK"), "a STARTTLS\r\n"),
                LineClient.Turn.consent(Answer.behind("* ", "a OK")));
    }

    static Dialogue greeting() {
        return LineClient.greeting(Answer.words("* OK"));
    }

    static Dialogue server() {
        return new LineServer("* OK [CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED] ready\r\n") {
            @Override
            Step command(String tag, String command) {
                if (!tag.matches(TAG)) {
                    return Dialogue.say("* BAD Expected a tag and a command\r\n");
                }
                return switch (upper(command.split(" ", 2)[0])) {
                    case "CAPABILITY" ->
                        Dialogue.say("* CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED\r\n" + tag + " OK\r\n");
                    case "NOOP" -> Dialogue.say(tag + " OK\r\n");
                    case "STARTTLS" -> Dialogue.done(tag + " OK Begin TLS\r\n");
                    case "LOGOUT" -> quit("* BYE\r\n" + tag + " OK\r\n");
                    case "LOGIN", "AUTHENTICATE" ->
                        Dialogue.say(tag + " NO [PRIVACYREQUIRED] Must issue STARTTLS first\r\n");
                    default -> Dialogue.say(tag + " BAD Must issue STARTTLS first\r\n");
                };
            }
        };
    }
}
