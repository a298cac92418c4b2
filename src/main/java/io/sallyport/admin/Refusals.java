package io.sallyport.admin;

import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** How the API says that a request can't be answered: JSON, like every other answer. */
public final class Refusals {

    /** @param error one sentence */
    public record Refused(int status, String error) {}

    @ServerExceptionMapper
    public Response refuse(WebApplicationException failure) {
        Response asked = failure.getResponse();
        String reason =
                asked.getStatus() == 404 ? "there is nothing at this path" : String.valueOf(failure.getMessage());
        return Response.fromResponse(asked)
                .type(MediaType.APPLICATION_JSON)
                .entity(new Refused(asked.getStatus(), reason))
                .build();
    }
}
