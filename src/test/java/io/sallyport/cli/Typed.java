package io.sallyport.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** A command line run within the test's own JVM: what it printed, and its exit status. */
record Typed(int status, String out, String err) {

    static Typed run(Object... arguments) {
        return run(new byte[0], Terminal.Person.ABSENT, arguments);
    }

    /** With something on stdin. */
    static Typed reading(byte[] input, Object... arguments) {
        return run(input, Terminal.Person.ABSENT, arguments);
    }

    /** As if somebody sat at a terminal. */
    static Typed watched(Object... arguments) {
        return run(new byte[0], Terminal.Person.PRESENT, arguments);
    }

    private static Typed run(byte[] input, Terminal.Person person, Object... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Terminal terminal = new Terminal(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                new ByteArrayInputStream(input),
                person);
        String[] words = new String[arguments.length];
        for (int i = 0; i < words.length; i++) {
            words[i] = arguments[i].toString();
        }
        int status =
                CommandLineFactory.createFor(terminal, new StopRequest(), words).execute(words);
        return new Typed(status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    /** That it ended with 0; else what it said. */
    Typed done() {
        if (status != ExitStatus.DONE) {
            throw new AssertionError("ended with " + status + "; it said\n" + err + out);
        }
        return this;
    }
}
