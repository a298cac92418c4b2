package io.sallyport.admin.access;

import io.netty.handler.codec.http.HttpResponseStatus;
import io.sallyport.observe.Fields;
import io.sallyport.observe.RateLimit;
import io.sallyport.pki.Verdict;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Locale;
import org.jboss.logging.Logger;

/** Lets somebody in, or turns them away, and writes down both where it matters: who changed something, and who tried to. */
@Singleton
final class Turnstile {

    private static final Logger LOG = Logger.getLogger("sallyport.admin");

    /** A log that anyone can fill would hide what it is kept for. */
    private static final int LINES = 10;

    private static final Duration WINDOW = Duration.ofSeconds(10);

    private final RateLimit<String> refusals;

    Turnstile(Vertx vertx) {
        this.refusals = new RateLimit<>(
                LINES,
                WINDOW,
                (delay, task) -> vertx.setTimer(delay.toMillis(), fired -> task.run()),
                (kind, number) -> LOG.warn(new Fields("more were refused on the admin side")
                        .add("kind", kind)
                        .add("number", number)
                        .toString()));
    }

    void letIn(RoutingContext context, Caller caller) {
        HttpServerRequest request = context.request();
        if (!SameOrigin.isHarmless(request) && !SameOrigin.isWebSocket(request)) {
            LOG.info(new Fields("admin request")
                    .add("method", request.method())
                    .add("path", context.normalizedPath())
                    .add("by", caller.how().name().toLowerCase(Locale.ROOT))
                    .add("identity", caller.name())
                    .add("client", request.remoteAddress())
                    .toString());
        }
        caller.enter(context);
        context.next();
    }

    /** Writes down that a client's certificate was not taken. */
    void tellOf(Verdict.Untrusted untrusted) {
        String refusal = untrusted.refusal().code();
        if (refusals.admits(refusal)) {
            LOG.warn(new Fields("admin client refused")
                    .add("refusal", refusal)
                    .add("detail", untrusted.detail())
                    .add("hint", untrusted.refusal().hint())
                    .toString());
        }
    }

    /** @param why one sentence, which tells a stranger nothing about what is here */
    void refuse(RoutingContext context, HttpResponseStatus status, String why) {
        HttpServerRequest request = context.request();
        if (refusals.admits(status.codeAsText().toString())) {
            LOG.warn(new Fields("admin request refused")
                    .add("status", status.code())
                    .add("method", request.method())
                    .add("path", context.normalizedPath())
                    .add("client", request.remoteAddress())
                    .add("detail", why)
                    .toString());
        }
        context.response()
                .setStatusCode(status.code())
                .putHeader("Content-Type", "application/json")
                .end(new JsonObject()
                        .put("status", status.code())
                        .put("error", why)
                        .encode());
    }
}
