package io.sallyport.admin.console;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The addresses of the console. Each page is the same document: its scripts, which Quarkus serves from
 * {@code META-INF/resources/console}, see from the address what to show, and ask the API for it. So nothing that a peer
 * sent is ever put into HTML here.
 */
@Singleton
public final class ConsoleRoutes {

    private static final List<String> PAGES = List.of(
            "/console",
            "/console/",
            "/console/relays/:name",
            "/console/connections",
            "/console/profiles",
            "/console/events",
            "/console/configuration");

    /** Everything comes from here, and nothing is in line. */
    static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
            + "img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private final LiveFeed feed;
    private @Nullable String document;

    ConsoleRoutes(LiveFeed feed) {
        this.feed = feed;
    }

    void add(@Observes Router router) {
        router.route(HttpMethod.GET, "/console/live").handler(feed::join);
        for (String page : PAGES) {
            router.route(HttpMethod.GET, page).handler(this::show);
        }
    }

    private void show(RoutingContext context) {
        HttpServerResponse response = context.response();
        response.putHeader("Content-Security-Policy", POLICY);
        response.putHeader("Content-Type", "text/html; charset=utf-8");
        response.end(document());
    }

    /** Read when the first browser comes, so that the others who start a gateway don't pay for it. A race reads it twice. */
    private String document() {
        String known = document;
        if (known != null) {
            return known;
        }
        try (InputStream in = ConsoleRoutes.class.getResourceAsStream("console.html")) {
            if (in == null) {
                throw new IllegalStateException("console.html is part of the program");
            }
            String read = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            document = read;
            return read;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
