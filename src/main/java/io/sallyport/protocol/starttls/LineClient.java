package io.sallyport.protocol.starttls;

import io.sallyport.fault.Refusal;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** A client's part of a dialogue of lines: a row of answers, and what we say once each is there. */
final class LineClient extends LineDialogue {

    /**
     * One turn.
     *
     * @param awaited the server's answer
     * @param whatElse what it means if the server says anything else
     * @param refusal the code of that
     * @param reply what we say then; the last turn has none, since TLS follows
     */
    record Turn(Answer awaited, String whatElse, Refusal refusal, String reply) {

        static Turn greeting(Answer awaited, String reply) {
            return new Turn(awaited, "the server's greeting turns us down", Refusal.GREETING_REFUSED, reply);
        }

        static Turn offer(Answer awaited, String reply) {
            return new Turn(awaited, "the server doesn't offer STARTTLS", Refusal.STARTTLS_REFUSED, reply);
        }

        static Turn consent(Answer awaited) {
            return new Turn(awaited, "the server refused to start TLS", Refusal.STARTTLS_REFUSED, "");
        }
    }

    private final String opening;
    private final Deque<Turn> turns;
    private final Behind behind;

    private LineClient(String opening, List<Turn> turns, Behind behind) {
        this.opening = opening;
        this.turns = new ArrayDeque<>(turns);
        this.behind = behind;
    }

    /** Ends with TLS. */
    static Dialogue of(Turn... turns) {
        return new LineClient("", List.of(turns), Behind.NOTHING);
    }

    /** The same, in a protocol in which the client speaks first. */
    static Dialogue opening(String opening, Turn... turns) {
        return new LineClient(opening, List.of(turns), Behind.NOTHING);
    }

    /** Takes a server's greeting, and nothing else. */
    static Dialogue greeting(Answer awaited) {
        return new LineClient("", List.of(Turn.greeting(awaited, "")), Behind.ANYTHING);
    }

    @Override
    public Behind behind() {
        return behind;
    }

    @Override
    public Step begin() {
        return Dialogue.say(opening);
    }

    @Override
    Step tooEarly() {
        return Tls.begunByServer();
    }

    @Override
    Step line(String line) {
        Turn turn = turns.element();
        return switch (turn.awaited().line(line)) {
            case MORE -> Dialogue.goOn();
            case NO -> Dialogue.failed(turn.refusal(), turn.whatElse() + ": " + shown(line));
            case YES -> {
                turns.remove();
                yield turns.isEmpty() ? Dialogue.done("") : Dialogue.say(turn.reply());
            }
        };
    }
}
