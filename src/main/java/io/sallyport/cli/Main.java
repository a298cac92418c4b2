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
        Terminal terminal = Terminal.ofProcess(System.out, System.err);
        int status = CommandLineFactory.createFor(terminal, stop, arguments).execute(arguments);
        terminal.out().flush();
        System.exit(status);
    }
}
