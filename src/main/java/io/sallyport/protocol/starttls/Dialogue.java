package io.sallyport.protocol.starttls;

import io.netty.buffer.ByteBuf;
import io.sallyport.fault.Refusal;
import java.nio.charset.StandardCharsets;

/**
 * Our part of what is said on a connection before TLS. It is fed with what the peer sends, however that is cut, and says
 * what to do next. What it awaits is bounded, in length and in number; the time is its owner's to bound. Not thread-safe.
 */
public interface Dialogue {

    /** What is to be done. */
    sealed interface Step {

        /** Wait: the peer hasn't said all of it. */
        enum Wait implements Step {
            INSTANCE
        }

        /** Send this, if anything, and go on with {@link Dialogue#next}. */
        record Say(byte[] bytes) implements Step {}

        /** It is over, and as it should be: send this, if anything. What follows is for what {@link Dialogue#behind} says. */
        record Done(byte[] lastWord) implements Step {}

        /** The peer needs no TLS for this one message. It goes on as it is, and nothing that may come behind it. */
        record Exempt(byte[] message) implements Step {}

        /** It is over: send this, if anything, and end the connection. */
        record Failed(Refusal refusal, String detail, byte[] lastWord) implements Step {}
    }

    /** What may be there already when the dialogue is done. Anything else was put there by somebody in between. */
    enum Behind {
        /** Nothing: the peer has to wait for us. */
        NOTHING,
        /** The beginning of TLS: a client may be in a hurry. */
        TLS,
        /** Whatever it is: the dialogue is inside TLS, or there is none. */
        ANYTHING
    }

    /** The first step, before the peer has said anything. */
    Step begin();

    /**
     * The next step.
     *
     * @param in what the peer has sent and hasn't been taken yet; what this step takes is read from it
     */
    Step next(ByteBuf in);

    Behind behind();

    /** Text of protocols that are made of lines. */
    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    static Step say(String text) {
        return new Step.Say(bytes(text));
    }

    /** Nothing is to be said to this, and there may be more. */
    static Step goOn() {
        return say("");
    }

    static Step done(String lastWord) {
        return new Step.Done(bytes(lastWord));
    }

    static Step failed(Refusal refusal, String detail, String lastWord) {
        return new Step.Failed(refusal, detail, bytes(lastWord));
    }

    static Step failed(Refusal refusal, String detail) {
        return failed(refusal, detail, "");
    }
}
