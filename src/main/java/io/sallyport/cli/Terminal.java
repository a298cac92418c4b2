package io.sallyport.cli;

import io.sallyport.fault.Mistake;
import io.sallyport.fault.Mistakes;
import java.io.PrintStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Manners on the terminal: answers go to stdout, all else to stderr; {@code error:} comes first, then {@code hint:}. */
public final class Terminal {

    private final PrintStream out;
    private final PrintStream err;
    private boolean debug;

    public Terminal(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    /** From now on failures come with their stack traces. */
    void debug(boolean wanted) {
        debug = wanted;
    }

    boolean debugs() {
        return debug;
    }

    PrintStream out() {
        return out;
    }

    PrintStream err() {
        return err;
    }

    /** A line of the answer. */
    public void say(String line) {
        out.println(line);
        out.flush();
    }

    /** What went wrong, and what to do about it. */
    void error(String message, @Nullable String hint) {
        err.println("error: " + message);
        if (hint != null) {
            err.println("hint: " + hint);
        }
    }

    /** Text that ends its lines itself. */
    void print(String text) {
        out.print(text);
        out.flush();
    }

    /** All mistakes, each with its key and where it was written. */
    void mistakes(List<Mistake> mistakes) {
        err.print(Mistakes.text(mistakes));
        err.flush();
    }

    /** A failure that nobody foresaw: one line, and with {@code --debug} where it came from. */
    void unexpected(Throwable failure) {
        error("unexpected: " + failure, debug ? null : "run it again with --debug, and report what it prints");
        trace(failure);
    }

    /** The stack trace, with {@code --debug} only. */
    void trace(Throwable failure) {
        if (debug) {
            failure.printStackTrace(err);
        }
    }
}
