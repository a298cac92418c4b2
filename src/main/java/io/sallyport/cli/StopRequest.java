package io.sallyport.cli;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/**
 * The wish that the program should end, said by SIGTERM or SIGINT. The first one stops a running gateway in good
 * order, exit status 0; the second one ends the process at once, as does the first where nothing has to be put in order.
 * SIGHUP, the wish that it should read its configuration again, is taken here too.
 *
 * <p>The JVM's own handling would exit with 143, ignore a second signal, and end the process on SIGHUP.
 */
final class StopRequest {

    private static final Logger LOG = Logger.getLogger(StopRequest.class);

    private final CountDownLatch asked = new CountDownLatch(1);
    private volatile boolean heeded;
    private volatile boolean hangupTaken;
    private volatile Runnable hangup = () -> LOG.info("signal ignored, nothing runs yet signal=HUP");

    /** Takes the signals over. Called first thing in main, so that none finds the JVM's own handling. */
    void listen() {
        take("TERM", this::ask);
        take("INT", this::ask);
        hangupTaken = take("HUP", signal -> hangup.run());
    }

    private static boolean take(String name, SignalHandler handler) {
        try {
            Signal.handle(new Signal(name), handler);
            return true;
        } catch (IllegalArgumentException e) {
            // Not on this system, or taken already: under nohup HUP is.
            LOG.debugf("signal not taken over signal=%s detail=\"%s\"", name, e.getMessage());
            return false;
        }
    }

    /** What SIGHUP does from now on. It runs on a thread of its own. */
    void onHangup(Runnable action) {
        hangup = action;
        if (!hangupTaken) {
            LOG.warn("SIGHUP can't be taken here, so it reloads nothing; nohup has that effect");
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
