package io.sallyport.cli;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import sun.misc.Signal;

/**
 * The wish that the program should end, said by SIGTERM or SIGINT. The first one stops a running gateway in good
 * order, exit status 0; the second one ends the process at once, as does the first where nothing has to be put in order.
 *
 * <p>The JVM's own handling would exit with 143 and ignore a second signal.
 */
final class StopRequest {

    private final CountDownLatch asked = new CountDownLatch(1);
    private volatile boolean heeded;

    /** Takes the signals over. Called first thing in main, so that none finds the JVM's own handling. */
    void listen() {
        take("TERM", this::ask);
        take("INT", this::ask);
        take(
                "HUP",
                signal -> Logger.getLogger(StopRequest.class)
                        .info("signal ignored signal=HUP detail=\"configuration is read at start only\""));
    }

    private static void take(String name, sun.misc.SignalHandler handler) {
        try {
            Signal.handle(new Signal(name), handler);
        } catch (IllegalArgumentException e) {
            // Not on this system, or taken already: under nohup HUP is.
            Logger.getLogger(StopRequest.class)
                    .debugf("signal not taken over signal=%s detail=\"%s\"", name, e.getMessage());
        }
    }

    private void ask(Signal signal) {
        if (!heeded || asked.getCount() == 0) {
            Runtime.getRuntime().halt(128 + signal.getNumber());
        }
        asked.countDown();
    }

    /** From now on somebody waits for the wish, and will end in good order. */
    void heed() {
        heeded = true;
    }

    /** Waits until it is said. */
    void await() throws InterruptedException {
        asked.await();
    }

    /** Waits for a while, and answers whether it was said. */
    boolean await(Duration atMost) throws InterruptedException {
        return asked.await(atMost.toMillis(), TimeUnit.MILLISECONDS);
    }

    boolean isAsked() {
        return asked.getCount() == 0;
    }
}
