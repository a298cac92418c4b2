package io.sallyport.protocol.starttls;

import io.sallyport.fault.Refusal;
import java.util.Locale;

/** A server's part of a dialogue of lines: it answers command after command until the one that starts TLS. */
abstract class LineServer extends LineDialogue {

    /** What we are called where a protocol has a server name itself. */
    static final String NAME = "sallyport";

    private final String greeting;

    /** @param greeting what it says first; empty where the client begins */
    LineServer(String greeting) {
        this.greeting = greeting;
    }

    @Override
    public final Step begin() {
        return greeting.isEmpty() ? Dialogue.goOn() : Dialogue.say(greeting);
    }

    @Override
    public Behind behind() {
        return Behind.TLS;
    }

    @Override
    final Step tooEarly() {
        return Tls.begunByClient();
    }

    @Override
    final Step line(String line) {
        int space = line.indexOf(' ');
        String word = space < 0 ? line : line.substring(0, space);
        return command(word, space < 0 ? "" : line.substring(space + 1).strip());
    }

    /**
     * A command.
     *
     * @param word the first one, as it was sent
     * @param rest the others, or empty
     */
    abstract Step command(String word, String rest);

    /** Commands are the same in any case. */
    static String upper(String word) {
        return word.toUpperCase(Locale.ROOT);
    }

    /** The client leaves as its protocol has it, and without TLS. */
    static Step quit(String lastWord) {
        return Dialogue.failed(Refusal.STARTTLS_NOT_ASKED, "the client left without starting TLS", lastWord);
    }
}
