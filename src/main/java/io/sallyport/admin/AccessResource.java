package io.sallyport.admin;

import io.sallyport.admin.access.Caller;
import io.sallyport.gateway.AdminAccess.Role;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import org.jspecify.annotations.Nullable;

/** Tells whoever asks what they may do, so that a console shows no button that would be refused. */
@Path("/api/access")
@Produces(MediaType.APPLICATION_JSON)
public final class AccessResource {

    /**
     * @param role {@code view} or {@code operate}
     * @param by {@code loopback}, {@code token}, {@code sign_in} or {@code certificate}: how the role is known
     * @param identity subject of the certificate, where it is known by one
     */
    public record Access(
            String role,
            boolean mayOperate,
            String by,
            @Nullable String identity) {}

    @GET
    public Access own(@Context RoutingContext context) {
        Caller caller = Caller.of(context);
        return new Access(
                Words.of(caller.role()), caller.role().covers(Role.OPERATE), Words.of(caller.how()), caller.name());
    }
}
