package io.sallyport.admin;

import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/** The gateway in numbers, at most a second old. */
@Path("/api/overview")
@Produces(MediaType.APPLICATION_JSON)
@Blocking
public final class OverviewResource {

    private final Snapshots snapshots;

    OverviewResource(Snapshots snapshots) {
        this.snapshots = snapshots;
    }

    @GET
    public Overview now() {
        return snapshots.overview();
    }
}
