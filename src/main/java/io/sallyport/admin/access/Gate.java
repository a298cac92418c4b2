package io.sallyport.admin.access;

import io.netty.handler.codec.http.HttpResponseStatus;
import io.sallyport.gateway.AdminAccess;
import io.sallyport.gateway.AdminAccess.Role;
import io.sallyport.gateway.TokenFile;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Stands before every path of the admin side: nothing is reached around it. Whoever asks only to see must be allowed to view,
 * whoever asks for anything else to operate; so a path that is added tomorrow is guarded too. The few that are open to all are
 * listed here.
 */
@Singleton
public final class Gate {

    /** Behind Quarkus' handler that sets the headers of every answer, before all others. */
    private static final int FIRST = Integer.MIN_VALUE + 1;

    private static final String BEARER = "bearer ";

    /** What a browser needs to show the page on which one signs in. */
    private static final Set<String> FOR_SIGNING_IN =
            Set.of(SignInPages.IN, SignInPages.OUT, "/console/console.css", "/console/icon.svg");

    private final AccessInForce inForce;
    private final ClientCertificates certificates;
    private final SignIns signIns;
    private final Probes probes;
    private final Turnstile turnstile;

    Gate(AccessInForce inForce, ClientCertificates certificates, SignIns signIns, Probes probes, Turnstile turnstile) {
        this.inForce = inForce;
        this.certificates = certificates;
        this.signIns = signIns;
        this.probes = probes;
        this.turnstile = turnstile;
    }

    void add(@Observes Router router) {
        router.route().order(FIRST).handler(this::meet);
    }

    private void meet(RoutingContext context) {
        HttpServerRequest request = context.request();
        AdminAccess access = inForce.now();
        if (!SameOrigin.isHarmless(request) && !SameOrigin.isOwn(request)) {
            turnstile.refuse(context, HttpResponseStatus.FORBIDDEN, "another site asks for it");
        } else if (access.asks()) {
            certificates
                    .callerOf(request, access)
                    .onSuccess(byCertificate -> decide(context, access, byCertificate))
                    .onFailure(context::fail);
        } else if (SameOrigin.isLocalName(
                        request.authority(), access.configuration().address())
                || isProbe(context)) {
            turnstile.letIn(context, new Caller(Role.OPERATE, Caller.Means.LOOPBACK, null));
        } else {
            turnstile.refuse(
                    context,
                    HttpResponseStatus.FORBIDDEN,
                    "this name could be anybody's: ask for 127.0.0.1 or localhost, or set admin.operate.token-file");
        }
    }

    private void decide(RoutingContext context, AdminAccess access, Optional<Caller> byCertificate) {
        HttpServerRequest request = context.request();
        String shown = bearer(request);
        Caller byToken = shown == null ? null : byToken(access, TokenFile.digest(shown), Caller.Means.TOKEN);
        boolean isRefusedToken = shown != null && byToken == null;
        boolean lacksCertificate = access.requiresCertificate() && byCertificate.isEmpty();
        Caller caller = isRefusedToken || lacksCertificate
                ? null
                : Caller.greater(byToken, Caller.greater(bySignIn(request, access), byCertificate.orElse(null)));
        if (caller == null) {
            meetStranger(context, access, isRefusedToken);
        } else if (!caller.role().covers(needed(context))) {
            turnstile.refuse(context, HttpResponseStatus.FORBIDDEN, "this needs the role operate");
        } else {
            turnstile.letIn(context, caller);
        }
    }

    private static Role needed(RoutingContext context) {
        return SameOrigin.isHarmless(context.request())
                        || SameOrigin.isWebSocket(context.request())
                        || FOR_SIGNING_IN.contains(context.normalizedPath())
                ? Role.VIEW
                : Role.OPERATE;
    }

    private void meetStranger(RoutingContext context, AdminAccess access, boolean isRefusedToken) {
        if (FOR_SIGNING_IN.contains(context.normalizedPath())) {
            context.next();
        } else if (isProbe(context)) {
            probes.answer(context);
        } else if (!access.hasTokens()) {
            turnstile.refuse(context, HttpResponseStatus.FORBIDDEN, "show a client certificate");
        } else if (wantsPage(context)) {
            context.response().setStatusCode(HttpResponseStatus.SEE_OTHER.code());
            context.response().putHeader("Location", SignInPages.IN).end();
        } else {
            // RFC 6750, section 3.
            context.response()
                    .putHeader(
                            "WWW-Authenticate",
                            "Bearer realm=\"sallyport\"" + (isRefusedToken ? ", error=\"invalid_token\"" : ""));
            turnstile.refuse(
                    context,
                    HttpResponseStatus.UNAUTHORIZED,
                    isRefusedToken ? "this token is not one of ours" : "show a bearer token");
        }
    }

    private static boolean isProbe(RoutingContext context) {
        return SameOrigin.isHarmless(context.request()) && Probes.PATHS.contains(context.normalizedPath());
    }

    private static boolean wantsPage(RoutingContext context) {
        String accept = context.request().getHeader("Accept");
        return context.request().method() == HttpMethod.GET
                && context.normalizedPath().startsWith("/console")
                && accept != null
                && accept.contains("text/html");
    }

    private static @Nullable String bearer(HttpServerRequest request) {
        String header = request.getHeader("Authorization");
        if (header == null) {
            return null;
        }
        boolean isBearer = header.regionMatches(true, 0, BEARER, 0, BEARER.length());
        return isBearer ? header.substring(BEARER.length()).strip() : header;
    }

    private @Nullable Caller bySignIn(HttpServerRequest request, AdminAccess access) {
        Cookie cookie = request.getCookie(SignInPages.cookieName(request));
        String token = cookie == null ? null : signIns.token(cookie.getValue());
        return token == null ? null : byToken(access, token, Caller.Means.SIGN_IN);
    }

    private static @Nullable Caller byToken(AdminAccess access, String digest, Caller.Means how) {
        Role role = access.ofToken(digest);
        return role == null ? null : new Caller(role, how, null);
    }
}
