package io.sallyport.admin;

import io.sallyport.fault.Mistake;
import io.sallyport.gateway.Changes;
import io.sallyport.gateway.Reload;
import io.sallyport.gateway.Reloader;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Has the configuration read again, and tells what came of it. */
@Path("/api/reload")
@Produces(MediaType.APPLICATION_JSON)
@Blocking
public final class ReloadResource {

    private static final int UNPROCESSABLE = 422;

    private final Reloader reloader;

    ReloadResource(Reloader reloader) {
        this.reloader = reloader;
    }

    /**
     * The answer.
     *
     * @param result {@code applied}, {@code unchanged}, {@code refused} or {@code ignored}
     * @param at RFC 3339
     * @param settings keys outside of profiles and relays that have another value
     * @param files those that hold something else
     */
    public record Outcome(
            String result,
            String at,
            Changes.Difference profiles,
            Changes.Difference relays,
            List<String> settings,
            List<String> files,
            List<Finding> mistakes) {}

    /** What is wrong or doubtful, as {@code check --format json} says it. */
    public record Finding(
            String severity,
            String key,
            @Nullable String origin,
            String message,
            @Nullable String hint) {}

    @POST
    public Response reload() {
        Reload reload = reloader.reload(Reload.Trigger.API);
        return Response.status(status(reload.result())).entity(outcome(reload)).build();
    }

    private static int status(Reload.Result result) {
        return switch (result) {
            case APPLIED, UNCHANGED -> Response.Status.OK.getStatusCode();
            case REFUSED -> UNPROCESSABLE;
            case IGNORED -> Response.Status.CONFLICT.getStatusCode();
        };
    }

    private static Outcome outcome(Reload reload) {
        Changes changes = reload.changes();
        return new Outcome(
                reload.result().code(),
                reload.at().toString(),
                changes.profiles(),
                changes.relays(),
                changes.settings(),
                changes.files().stream().map(Object::toString).toList(),
                reload.mistakes().stream().map(ReloadResource::finding).toList());
    }

    private static Finding finding(Mistake mistake) {
        return new Finding(
                Words.of(mistake.severity()), mistake.key(), mistake.origin(), mistake.message(), mistake.hint());
    }
}
