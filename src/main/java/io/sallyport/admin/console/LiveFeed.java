package io.sallyport.admin.console;

import io.sallyport.admin.Snapshots;
import io.sallyport.admin.access.SameOrigin;
import io.sallyport.gateway.Gateway;
import io.vertx.core.Vertx;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Sends the overview to every browser that looks, once a second. It is made once for all of them, on a worker, and not at
 * all while nobody looks. A browser that doesn't keep up misses some, and one that takes nothing for a while is let go.
 *
 * <p>Plain Vert.x, which Quarkus brings anyway: an extension for it would be started by every gateway, looked at or not.
 */
@Singleton
public final class LiveFeed {

    /** More than look at one gateway; the next one polls. */
    static final int MAX_BROWSERS = 64;

    private static final long BEAT_MILLIS = 1000;

    /** Beats that a browser may miss in a row. */
    private static final int PATIENCE = 30;

    /** An hour. Whoever still may look comes back, and is asked again who they are. */
    private static final int BEATS_OF_LIFE = 3600;

    /** WebSocket's "going away" and "message that can't be taken" (RFC 6455, 7.4.1). */
    private static final short GOING_AWAY = 1001;

    private static final short NOT_TAKEN = 1003;

    private static final int UPGRADE_REQUIRED = 426;

    private static final class Browser {
        private final ServerWebSocket socket;
        private int beatsLeft = BEATS_OF_LIFE;
        private int missed;

        Browser(ServerWebSocket socket) {
            this.socket = socket;
        }

        void sendAway() {
            var unused = socket.close(GOING_AWAY);
        }

        void send(String text) {
            if (--beatsLeft < 0) {
                sendAway();
            } else if (!socket.writeQueueFull()) {
                missed = 0;
                var unused = socket.writeTextMessage(text);
            } else if (++missed > PATIENCE) {
                sendAway();
            }
        }
    }

    private final Vertx vertx;
    private final Snapshots snapshots;
    private final Set<Browser> browsers = ConcurrentHashMap.newKeySet();
    /** Those that are here or on their way in. */
    private final AtomicInteger places = new AtomicInteger();

    private @Nullable Long timer;

    LiveFeed(Vertx vertx, Snapshots snapshots, Gateway gateway) {
        this.vertx = vertx;
        this.snapshots = snapshots;
        gateway.onReplaced((before, after) -> {
            if (!after.access().isSameAs(before.access())) {
                browsers.forEach(Browser::sendAway); // They come back, and are asked again who they are.
            }
        });
    }

    /** Takes a browser in, if there is a place. The gate has found it to be one of ours. */
    void join(RoutingContext context) {
        if (!SameOrigin.isWebSocket(context.request())) {
            context.response()
                    .setStatusCode(UPGRADE_REQUIRED)
                    .putHeader("Upgrade", "websocket")
                    .end();
        } else if (places.incrementAndGet() > MAX_BROWSERS) {
            places.decrementAndGet();
            context.response().setStatusCode(503).end();
        } else {
            context.request().toWebSocket().onSuccess(this::welcome).onFailure(notOne -> places.decrementAndGet());
        }
    }

    private void welcome(ServerWebSocket socket) {
        Browser browser = new Browser(socket);
        browsers.add(browser);
        socket.textMessageHandler(text -> {
            var unused = socket.close(NOT_TAKEN);
        });
        socket.closeHandler(gone -> {
            browsers.remove(browser);
            places.decrementAndGet();
            beatOnlyForSomebody();
        });
        beatOnlyForSomebody();
        // The first one at once, and to this one alone.
        vertx.executeBlocking(snapshots::json, false).onSuccess(browser::send);
    }

    private synchronized void beatOnlyForSomebody() {
        Long running = timer;
        if (running == null && !browsers.isEmpty()) {
            timer = vertx.setPeriodic(BEAT_MILLIS, beat -> tick());
        } else if (running != null && browsers.isEmpty()) {
            vertx.cancelTimer(running);
            timer = null;
        }
    }

    private void tick() {
        vertx.executeBlocking(snapshots::json, false)
                .onSuccess(text -> browsers.forEach(browser -> browser.send(text)));
    }
}
