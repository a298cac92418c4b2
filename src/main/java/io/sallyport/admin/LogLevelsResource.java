package io.sallyport.admin;

import io.sallyport.observe.LogLevels;
import io.smallrye.common.annotation.Blocking;
import jakarta.inject.Singleton;
import jakarta.ws.rs.BadRequestException;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** How much the logs say, changed while it runs. The next start begins anew. */
@Path("/api/log-levels")
@Produces(MediaType.APPLICATION_JSON)
@Blocking
@Singleton
public final class LogLevelsResource {

    private static final Logger LOG = Logger.getLogger(LogLevelsResource.class);

    private final LogLevels levels = new LogLevels();

    /** The answer: an object, so that fields can be added beside the list. */
    public record Levels(List<CategoryLevel> levels) {}

    /** @param level {@code off}, {@code error}, {@code warn}, {@code info} or {@code debug} */
    public record CategoryLevel(String category, String level) {}

    @GET
    public Levels all() {
        return new Levels(levels.all().entrySet().stream()
                .map(entry -> new CategoryLevel(entry.getKey(), Words.of(entry.getValue())))
                .toList());
    }

    /** Sets one. The answer is 204; 404 where there is no such category. */
    @PUT
    @Path("{category}")
    public void set(@PathParam("category") String category, @QueryParam("level") @Nullable String level) {
        LogLevels.Verbosity wanted = level == null ? null : LogLevels.Verbosity.named(level);
        if (wanted == null) {
            throw new BadRequestException("level must be off, error, warn, info or debug");
        }
        Found.require(levels.set(category, wanted));
        LOG.info("log level of " + category + " is " + Words.of(wanted));
    }

    /** Has it as it was at the start. */
    @DELETE
    @Path("{category}")
    public void reset(@PathParam("category") String category) {
        Found.require(levels.reset(category));
        LOG.info("log level of " + category + " is as it was at the start");
    }
}
