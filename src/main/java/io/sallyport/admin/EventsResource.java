package io.sallyport.admin;

import io.sallyport.gateway.Gateway;
import io.sallyport.observe.RecentEvents;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The last things that went wrong or changed, newest first. What was before is in the logs. */
@Path("/api/events")
@Produces(MediaType.APPLICATION_JSON)
@Blocking
public final class EventsResource {

    private final Gateway gateway;

    EventsResource(Gateway gateway) {
        this.gateway = gateway;
    }

    /** @param last id of the newest event that there ever was, or 0 */
    public record Events(long last, List<EventEntry> events) {}

    /**
     * One event.
     *
     * @param id counted from 1 since the start
     * @param at RFC 3339
     * @param kind {@code handshake_refused}, {@code connection_refused}, {@code upstream_not_reached}, {@code upstream_changed} or
     *     {@code reloaded}
     * @param connection id of the connection, or 0
     * @param relay null of a reload
     * @param side {@code server} or {@code client}: which end we were
     * @param openssl number of OpenSSL's {@code X509_V_ERR_*}, or 0
     */
    public record EventEntry(
            long id,
            String at,
            String kind,
            long connection,
            @Nullable String relay,
            @Nullable String profile,
            @Nullable String side,
            @Nullable String peer,
            String reason,
            int openssl,
            String detail,
            @Nullable String hint) {}

    @GET
    public Events newest(
            @QueryParam("after") @DefaultValue("0") String after,
            @QueryParam("limit") @DefaultValue("100") String limit) {
        RecentEvents events = gateway.events();
        // Asked first: an event that comes meanwhile is then found by the next question, not lost.
        long last = events.last();
        List<EventEntry> entries = events
                .newest(Numbers.within("after", after, 0, Long.MAX_VALUE), (int)
                        Numbers.within("limit", limit, 1, RecentEvents.CAPACITY))
                .stream()
                .map(EventsResource::entry)
                .toList();
        return new Events(last, entries);
    }

    private static EventEntry entry(RecentEvents.Event event) {
        return new EventEntry(
                event.id(),
                event.at().toString(),
                event.kind().code(),
                event.connection(),
                event.relay(),
                event.profile(),
                event.side() == null ? null : event.side().label(),
                event.peer(),
                event.reason(),
                event.openssl(),
                event.detail(),
                event.hint());
    }
}
