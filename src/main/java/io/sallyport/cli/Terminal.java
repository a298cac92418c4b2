package io.sallyport.cli;

import io.sallyport.fault.Mistake;
import io.sallyport.fault.Mistakes;
import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Manners on the terminal: answers go to stdout, all else to stderr; {@code error:} comes first, then {@code hint:}. */
public final class Terminal {

    private final PrintStream out;
    private final PrintStream err;
    private final InputStream in;
    private final Person person;
    private final boolean errIsWatched;
    private boolean debug;
    private Palette outPalette = Palette.PLAIN;
    private Palette errPalette = Palette.PLAIN;

    /** Who reads what is printed on stdout. */
    enum Person {
        PRESENT,
        ABSENT
    }

    /** Without an input, and with nobody there. */
    public Terminal(PrintStream out, PrintStream err) {
        this(out, err, InputStream.nullInputStream(), Person.ABSENT);
    }

    Terminal(PrintStream out, PrintStream err, InputStream in, Person person) {
        this(out, err, in, person, person);
    }

    private Terminal(PrintStream out, PrintStream err, InputStream in, Person person, Person ofErr) {
        this.out = out;
        this.err = err;
        this.in = in;
        this.person = person;
        this.errIsWatched = ofErr == Person.PRESENT;
    }

    /** That of the process. */
    static Terminal ofProcess(PrintStream out, PrintStream err) {
        return new Terminal(out, err, System.in, person(1), person(2));
    }

    private static Person person(int descriptor) {
        return isTerminal(descriptor) ? Person.PRESENT : Person.ABSENT;
    }

    /** Where /proc tells, it is asked: a console is there only if both stdin and stdout are terminals. */
    private static boolean isTerminal(int descriptor) {
        try {
            String target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor))
                    .toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
        } catch (IOException | UnsupportedOperationException e) {
            return System.console() != null;
        }
    }

    /** Whether somebody sees what is printed on stdout. */
    boolean isWatched() {
        return person == Person.PRESENT;
    }

    /** What comes on stdin. */
    InputStream in() {
        return in;
    }

    /** A secret typed without being shown, or null where nobody can be asked. */
    char @Nullable [] askSecret(String question) {
        Console console = System.console();
        return console == null ? null : console.readPassword("%s: ", question);
    }

    /** A word beside the answer, such as which file was written. */
    void note(String line) {
        err.println(line);
        err.flush();
    }

    /** From now on failures come with their stack traces. */
    void debug(boolean wanted) {
        debug = wanted;
    }

    /** From now on words are coloured as is wished; before, none is. */
    void colour(ColourWish wish, Map<String, String> environment) {
        outPalette = wish.palette(isWatched(), environment);
        errPalette = wish.palette(errIsWatched, environment);
    }

    /** For what is printed on stdout. */
    Palette outPalette() {
        return outPalette;
    }

    /** For what is printed on stderr. */
    Palette errPalette() {
        return errPalette;
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
        err.println(errPalette.bad("error:") + " " + message);
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
        err.print(errPalette.severities(Mistakes.text(mistakes)));
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
