package io.sallyport.admin;

import io.sallyport.fault.Mistake;
import io.sallyport.gateway.Changes;
import io.sallyport.gateway.Reload;
import io.sallyport.gateway.Reloader;
import io.sallyport.profile.EffectiveConfiguration;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.BadRequestException;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.UriInfo;
import java.util.List;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** Has the configuration read again, and tells what came of it, or what would. */
@Path("/api/reload")
@Produces(MediaType.APPLICATION_JSON)
@Blocking
public final class ReloadResource {

    private static final int UNPROCESSABLE = 422;
    private static final String DRY_RUN = "dry-run";

    private final Reloader reloader;

    ReloadResource(Reloader reloader) {
        this.reloader = reloader;
    }

    /**
     * The answer.
     *
     * @param dryRun nothing was done: all else says what a reload would have come to
     * @param result {@code applied}, {@code unchanged}, {@code degraded}, {@code refused} or {@code ignored}
     * @param at RFC 3339
     * @param settings keys outside of profiles and relays that have another value
     * @param keys each key with another value, secrets masked
     * @param files those that hold something else
     */
    public record Outcome(
            boolean dryRun,
            String result,
            String at,
            Changes.Difference profiles,
            Changes.Difference relays,
            List<String> settings,
            List<EffectiveConfiguration.Change> keys,
            List<String> files,
            List<Finding> mistakes) {}

    /** What is wrong or doubtful, as {@code check --format json} says it. */
    public record Finding(
            String severity,
            String key,
            @Nullable String origin,
            String message,
            @Nullable String hint) {}

    /** @param dryRun only asks what would change: {@code ?dry-run}, or {@code ?dry-run=true} */
    @POST
    public RestResponse<Outcome> reload(@QueryParam(DRY_RUN) @Nullable String dryRun, @Context UriInfo uri) {
        // One that is misspelt would do what was only to be tried.
        for (String parameter : uri.getQueryParameters().keySet()) {
            if (!parameter.equals(DRY_RUN)) {
                throw new BadRequestException("there is no parameter " + parameter + "; did you mean " + DRY_RUN + "?");
            }
        }
        // A parameter without a value is there too, and is null here.
        boolean dry = uri.getQueryParameters().containsKey(DRY_RUN) && (dryRun == null || isTrue(dryRun));
        Reload reload = dry ? reloader.preview() : reloader.reload(Reload.Trigger.API);
        return RestResponse.ResponseBuilder.<Outcome>create(status(reload.result()))
                .entity(outcome(dry, reload))
                .build();
    }

    private static boolean isTrue(String value) {
        return switch (value) {
            case "", "true" -> true;
            case "false" -> false;
            default -> throw new BadRequestException(DRY_RUN + " must be true or false");
        };
    }

    private static int status(Reload.Result result) {
        return switch (result) {
            case APPLIED, UNCHANGED, DEGRADED -> RestResponse.StatusCode.OK;
            case REFUSED -> UNPROCESSABLE;
            case IGNORED -> RestResponse.StatusCode.CONFLICT;
        };
    }

    private static Outcome outcome(boolean dryRun, Reload reload) {
        Changes changes = reload.changes();
        return new Outcome(
                dryRun,
                reload.result().code(),
                reload.at().toString(),
                changes.profiles(),
                changes.relays(),
                changes.settings(),
                changes.keys(),
                changes.files().stream().map(Object::toString).toList(),
                reload.mistakes().stream().map(ReloadResource::finding).toList());
    }

    static Finding finding(Mistake mistake) {
        return new Finding(
                Words.of(mistake.severity()), mistake.key(), mistake.origin(), mistake.message(), mistake.hint());
    }
}
