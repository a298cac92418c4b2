package io.sallyport.admin;

import io.sallyport.gateway.Blueprint;
import io.sallyport.gateway.Gateway;
import io.sallyport.gateway.Reloader;
import io.sallyport.profile.EffectiveConfiguration;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The configuration in force: every key with its value, and where that was written. */
@Path("/api/configuration")
@Produces(MediaType.APPLICATION_JSON)
@Blocking
public final class ConfigurationResource {

    private final Gateway gateway;
    private final Reloader reloader;

    ConfigurationResource(Gateway gateway, Reloader reloader) {
        this.gateway = gateway;
        this.reloader = reloader;
    }

    /**
     * The answer.
     *
     * @param inForceSince RFC 3339, as {@code staleSince}
     * @param staleSince when a newer one was first refused, or null where this is the newest
     * @param why what is wrong with the newer one
     * @param entries defaults included, secrets masked
     */
    public record InForce(
            String inForceSince, @Nullable String staleSince, List<ReloadResource.Finding> why, List<Entry> entries) {}

    /**
     * One key in force.
     *
     * @param value masked where it may be a secret
     * @param source the file and line, the variable or the property that says so; or {@code default}
     */
    public record Entry(String key, @Nullable String value, String source) {

        private static Entry of(EffectiveConfiguration.Entry entry) {
            return new Entry(entry.key(), entry.value(), entry.source());
        }
    }

    @GET
    public InForce inForce() {
        Blueprint blueprint = gateway.blueprint();
        Reloader.InForce known = reloader.inForce();
        return new InForce(
                known.since().toString(),
                known.staleSince() == null ? null : String.valueOf(known.staleSince()),
                known.why().stream().map(ReloadResource::finding).toList(),
                blueprint == null
                        ? List.of()
                        : blueprint.effective().entries().stream()
                                .map(Entry::of)
                                .toList());
    }
}
