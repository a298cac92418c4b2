package io.sallyport.cli;

import io.quarkus.runtime.annotations.QuarkusMain;

/** Where the program begins. What is typed is read first; only commands that need a gateway start Quarkus. */
@QuarkusMain
public final class Main {

    private Main() {}

    public static void main(String... arguments) {
        // Before anything logs, and the JDK does so where it reads a certificate: JBoss's log manager can't come later.
        System.setProperty("java.util.logging.manager", "org.jboss.logmanager.LogManager");
        StopRequest stop = new StopRequest();
        stop.listen();
        Stdout stdout = new Stdout();
        Terminal terminal = Terminal.ofProcess(stdout.printed(), System.err);
        int status = CommandLineFactory.createFor(terminal, stop, arguments).execute(arguments);
        System.exit(written(stdout, terminal) ? status : ExitStatus.REFUSED);
    }

    /** An answer that didn't arrive was not given. */
    private static boolean written(Stdout stdout, Terminal terminal) {
        String fault = stdout.fault();
        if (fault != null) {
            terminal.error("stdout can't be written: " + fault, "send it elsewhere, or make room there");
        }
        return fault == null;
    }
}
