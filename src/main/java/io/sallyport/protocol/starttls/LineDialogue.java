package io.sallyport.protocol.starttls;

import io.netty.buffer.ByteBuf;
import io.sallyport.fault.Refusal;
import java.nio.charset.StandardCharsets;

/** A dialogue of lines, each bounded, and as many as {@link #MAX_LINES}. */
abstract class LineDialogue implements Dialogue {

    /** With its end. RFC 5321 needs 512; a capability list in a greeting may be longer. */
    static final int MAX_LENGTH = 4096;

    static final int MAX_LINES = 200;

    private static final int SHOWN = 80;

    private int lines;

    @Override
    public final Step next(ByteBuf in) {
        if (Tls.begins(in)) {
            return tooEarly();
        }
        int window = Math.min(in.readableBytes(), MAX_LENGTH);
        int end = in.indexOf(in.readerIndex(), in.readerIndex() + window, (byte) '\n');
        if (end < 0) {
            return window < MAX_LENGTH
                    ? Step.Wait.INSTANCE
                    : Dialogue.failed(Refusal.STARTTLS_MALFORMED, "a line is longer than " + MAX_LENGTH + " bytes");
        }
        if (++lines > MAX_LINES) {
            return Dialogue.failed(
                    Refusal.STARTTLS_MALFORMED, "there were more than " + MAX_LINES + " lines, and still no TLS");
        }
        String line = in.readCharSequence(end + 1 - in.readerIndex(), StandardCharsets.ISO_8859_1)
                .toString();
        return line(line.substring(0, line.length() - (line.endsWith("\r\n") ? 2 : 1)));
    }

    /** TLS began in place of a line. */
    abstract Step tooEarly();

    /** @param line without its end */
    abstract Step line(String line);

    /** A line of the peer's for a log: its beginning, printable. */
    static String shown(String line) {
        StringBuilder text = new StringBuilder("'");
        for (char c : line.substring(0, Math.min(SHOWN, line.length())).toCharArray()) {
            text.append(c < ' ' || c > '~' ? '?' : c);
        }
        return text.append(line.length() > SHOWN ? "...'" : "'").toString();
    }
}
