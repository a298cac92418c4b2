package io.sallyport.admin.access;

import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.sallyport.gateway.TokenFile;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.CookieSameSite;
import io.vertx.core.http.HttpServerRequest;
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

/**
 * How a browser signs in: it can't be told to send a token, so a form takes one, and gives a cookie for it that no script and no
 * other site gets at.
 */
@Singleton
public final class SignInPages {

    static final String IN = "/console/login";
    static final String OUT = "/console/logout";

    private static final int LONGEST_FORM = 4096;

    /** A form that goes nowhere else, and no script at all. */
    private static final String POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; "
            + "form-action 'self'; frame-ancestors 'none'";

    private static final String PLACE_OF_NOTICE = "<!--notice-->";
    private static final String NOTICE =
            "<p class=\"notice\" role=\"alert\">That is not one of this gateway's tokens.</p>";

    private final SignIns signIns;
    private final AccessInForce inForce;

    SignInPages(SignIns signIns, AccessInForce inForce) {
        this.signIns = signIns;
        this.inForce = inForce;
    }

    void add(@Observes Router router) {
        router.get(IN).handler(context -> show(context, HttpResponseStatus.OK, ""));
        router.post(IN).handler(this::signIn);
        router.post(OUT).handler(this::signOut);
    }

    /** With TLS the prefix has browsers hold it to this very host (RFC 6265bis, section 4.1.3.2). */
    static String cookieName(HttpServerRequest request) {
        return request.isSSL() ? "__Host-sallyport" : "sallyport";
    }

    private void signIn(RoutingContext context) {
        HttpServerRequest request = context.request();
        if (length(request) > LONGEST_FORM) {
            show(context, HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE, NOTICE);
            return;
        }
        request.body().onSuccess(form -> take(context, form)).onFailure(context::fail);
        request.resume(); // Quarkus holds it until somebody reads.
    }

    private void take(RoutingContext context, Buffer form) {
        // Written as the query of an address is.
        List<String> tokens = new QueryStringDecoder(form.toString(StandardCharsets.UTF_8), false)
                .parameters()
                .getOrDefault("token", List.of(""));
        String digest = TokenFile.digest(tokens.get(0).strip());
        if (inForce.now().ofToken(digest) == null) {
            show(context, HttpResponseStatus.UNAUTHORIZED, NOTICE);
        } else {
            setCookie(context.request(), signIns.add(digest), -1);
            see(context, "/console");
        }
    }

    /** Of the body, in bytes. One that doesn't say is too long for a form with one short field. */
    private static long length(HttpServerRequest request) {
        try {
            return Long.parseLong(request.getHeader("Content-Length"));
        } catch (NumberFormatException e) {
            return Long.MAX_VALUE;
        }
    }

    private void signOut(RoutingContext context) {
        HttpServerRequest request = context.request();
        Cookie cookie = request.getCookie(cookieName(request));
        if (cookie != null) {
            signIns.remove(cookie.getValue());
        }
        setCookie(request, "", 0);
        see(context, IN);
    }

    /** @param seconds how long the browser keeps it; less than 0: until it is closed */
    private static void setCookie(HttpServerRequest request, String value, int seconds) {
        Cookie cookie = Cookie.cookie(cookieName(request), value)
                .setPath("/")
                .setHttpOnly(true)
                .setSecure(request.isSSL())
                .setSameSite(CookieSameSite.STRICT);
        if (seconds >= 0) {
            cookie.setMaxAge(seconds);
        }
        request.response().addCookie(cookie);
    }

    private static void see(RoutingContext context, String path) {
        context.response()
                .setStatusCode(HttpResponseStatus.SEE_OTHER.code())
                .putHeader("Location", path)
                .end();
    }

    private static void show(RoutingContext context, HttpResponseStatus status, String notice) {
        HttpServerResponse response = context.response();
        response.setStatusCode(status.code());
        response.putHeader("Content-Security-Policy", POLICY);
        // Told to send no referrer at all, a browser doesn't say either whose form it sends.
        response.putHeader("Referrer-Policy", "same-origin");
        response.putHeader("Content-Type", "text/html; charset=utf-8");
        response.end(document().replace(PLACE_OF_NOTICE, notice));
    }

    private static String document() {
        try (InputStream in = SignInPages.class.getResourceAsStream("login.html")) {
            if (in == null) {
                throw new IllegalStateException("login.html is part of the program");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
