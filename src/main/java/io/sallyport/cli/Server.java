package io.sallyport.cli;

import io.quarkus.arc.Unremovable;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import io.quarkus.vertx.http.HttpServer;
import io.sallyport.admin.access.AccessInForce;
import io.sallyport.admin.access.AdminTls;
import io.sallyport.fault.MistakesException;
import io.sallyport.gateway.AdminAccess;
import io.sallyport.gateway.BindFailure;
import io.sallyport.gateway.Gateway;
import io.sallyport.gateway.Reloader;
import io.sallyport.profile.Address;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.net.URI;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Starts Quarkus around a command that needs a gateway, and ends it with the command. */
final class Server {

    /**
     * What Quarkus brings.
     *
     * @param admin where health, metrics and the API are served
     */
    record Running(Gateway gateway, Reloader reloader, URI admin) {}

    /** What is done while Quarkus runs. */
    interface Body {

        /**
         * Runs until it is over.
         *
         * @return the exit status
         */
        int run(Running running) throws Exception;
    }

    private record Job(Body body, AdminAccess admin) {}

    /** How the application ended. Quarkus' own handler would leave the process, with a report of its own. */
    private static final class Outcome implements BiConsumer<Integer, @Nullable Throwable> {

        private int status = ExitStatus.NO;
        private @Nullable Throwable failure;

        @Override
        public void accept(Integer exitStatus, @Nullable Throwable cause) {
            status = exitStatus;
            failure = cause;
        }
    }

    /**
     * The job of the one application that a process can have. Quarkus takes a class and makes the object itself, so this
     * is the only way to hand it a value.
     */
    private static final AtomicReference<@Nullable Job> JOB = new AtomicReference<>();

    private Server() {}

    /**
     * Runs the body inside Quarkus, on this thread.
     *
     * @param admin where the admin side listens, and for whom; port 0 lets the system choose
     * @throws MistakesException if the admin address can't be listened on, or the body throws it
     */
    static int run(AdminAccess admin, boolean debug, Body body) throws MistakesException {
        Address address = admin.configuration().address();
        System.setProperty("quarkus.http.host", address.host());
        if (admin.tls() == null) {
            System.setProperty("quarkus.http.port", Integer.toString(address.port()));
        } else {
            System.setProperty("quarkus.http.ssl-port", Integer.toString(address.port()));
            System.setProperty("quarkus.http.insecure-requests", "disabled");
            System.setProperty("quarkus.http.tls-configuration-name", AdminTls.NAME);
            // A client that renegotiates has us do the dear part of a handshake as often as it likes.
            System.setProperty("jdk.tls.rejectClientInitiatedRenegotiation", "true");
        }
        System.setProperty(
                "quarkus.vertx.event-loops-pool-size",
                Integer.toString(Runtime.getRuntime().availableProcessors()));
        if (debug) {
            System.setProperty("quarkus.log.category.\"io.sallyport\".level", "DEBUG");
            System.setProperty("quarkus.log.category.\"sallyport\".level", "DEBUG");
        }
        JOB.set(new Job(body, admin));
        Outcome outcome = new Outcome();
        Quarkus.run(Application.class, outcome);
        if (outcome.failure == null) {
            return outcome.status;
        }
        throw asMistakes(address, outcome.failure);
    }

    private static MistakesException asMistakes(Address admin, Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof MistakesException mistakes) {
                return mistakes;
            }
        }
        if (BindFailure.isBehind(failure)) {
            return new MistakesException(List.of(BindFailure.of("sallyport.admin.address", admin, failure)));
        }
        throw new IllegalStateException("the server could not start", failure);
    }

    /** The class that Quarkus makes an object of. */
    @Singleton
    @Unremovable
    public static class Application implements QuarkusApplication {

        private final Gateway gateway;
        private final Reloader reloader;
        private final HttpServer http;

        public Application(Gateway gateway, Reloader reloader, HttpServer http) {
            this.gateway = gateway;
            this.reloader = reloader;
            this.http = http;
        }

        @Override
        public int run(String... arguments) throws Exception {
            Job job = JOB.get();
            if (job == null) {
                throw new IllegalStateException("started without a job");
            }
            boolean isPlain = job.admin().tls() == null;
            Address bound = new Address(
                    job.admin().configuration().address().host(), isPlain ? http.getPort() : http.getSecurePort());
            URI admin = URI.create((isPlain ? "http://" : "https://") + bound);
            return job.body().run(new Running(gateway, reloader, admin));
        }
    }

    /** Hands to the admin side what it needs before the body runs. */
    @Singleton
    static class Handover {

        @Produces
        @Singleton
        static AccessInForce.AtStart access() {
            Job job = JOB.get();
            if (job == null) {
                throw new IllegalStateException("started without a job");
            }
            return new AccessInForce.AtStart(job.admin());
        }
    }
}
