package io.sallyport.admin;

import io.sallyport.fault.Mistake;
import io.sallyport.fault.MistakesException;
import io.sallyport.gateway.Gateway;
import io.sallyport.profile.Address;
import io.sallyport.profile.Upstream;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.BadRequestException;
import jakarta.ws.rs.ClientErrorException;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.stream.Collectors;

/**
 * Lets a relay, or one of its upstreams, run dry: no new connections, and those that are open go on. Each answer is 204, 404
 * where there is no such relay or upstream; a second call changes nothing.
 */
@Path("/api/relays/{relay}")
@Produces(MediaType.APPLICATION_JSON)
@Blocking
public final class DrainResource {

    private static final int CONFLICT = 409;

    private final Gateway gateway;

    DrainResource(Gateway gateway) {
        this.gateway = gateway;
    }

    /** Closes the relay's listener. */
    @POST
    @Path("drain")
    public void drain(@PathParam("relay") String relay) throws MistakesException {
        Found.require(gateway.drain(relay));
    }

    /** Has the relay listen again; 409 where its address can't be had any more. */
    @POST
    @Path("resume")
    public void resume(@PathParam("relay") String relay) {
        try {
            Found.require(gateway.resume(relay));
        } catch (MistakesException e) {
            String why = e.mistakes().stream().map(Mistake::message).collect(Collectors.joining("; "));
            throw new ClientErrorException(why, CONFLICT);
        }
    }

    /** Keeps new connections away from an upstream, as long as another one can be reached. */
    @POST
    @Path("upstreams/{address}/drain")
    public void drainUpstream(@PathParam("relay") String relay, @PathParam("address") String address) {
        Found.require(gateway.drain(relay, parsed(address), true));
    }

    /** Lets connections go to an upstream again. */
    @POST
    @Path("upstreams/{address}/resume")
    public void resumeUpstream(@PathParam("relay") String relay, @PathParam("address") String address) {
        Found.require(gateway.drain(relay, parsed(address), false));
    }

    private static Address parsed(String address) {
        try {
            return Upstream.parse(address).address();
        } catch (IllegalArgumentException e) {
            throw new BadRequestException(
                    "the address of an upstream is such as it is configured: host:port, unix:/path or a service");
        }
    }
}
