package io.sallyport.cli;

import io.sallyport.pki.Names;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Asks the admin side of a running gateway over HTTP, on the calling thread. */
final class AdminClient {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final URI address;
    private final @Nullable String token;
    private final HttpClient http;

    /** @param token that is shown with each request, or null where none is at hand */
    AdminClient(AdminTrust trust, String authority, @Nullable String token) {
        this.address = URI.create(trust.scheme() + "://" + authority);
        this.token = token;
        // No proxy, no redirect: the token is for this address alone.
        HttpClient.Builder builder = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .proxy(HttpClient.Builder.NO_PROXY)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(TIMEOUT);
        trust.applyTo(builder);
        this.http = builder.build();
    }

    /** Host and port. */
    String authority() {
        return address.getAuthority();
    }

    /** What a path answers. */
    JsonObject get(String path) throws CommandFailure, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(address.resolve(path)).timeout(TIMEOUT).header("Accept", "application/json");
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        try {
            HttpResponse<String> answer = http.send(request.build(), BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw refused(path, answer);
            }
            return new JsonObject(answer.body());
        } catch (DecodeException e) {
            throw stranger("what it answered is no JSON");
        } catch (IOException e) {
            throw unreached(e);
        }
    }

    private CommandFailure refused(String path, HttpResponse<String> answer) {
        return switch (answer.statusCode()) {
            case 401 ->
                new CommandFailure(
                        token == null
                                ? authority() + " asks who you are (401)"
                                : authority() + " doesn't know the token of --token-file (401)",
                        "give --token-file FILE with a token of admin.view.token-file or admin.operate.token-file");
            case 403 -> new CommandFailure(authority() + " refused it (403)" + said(answer), null);
            case 404 -> stranger("it has no " + path.replaceFirst("\\?.*", ""));
            default -> new CommandFailure(authority() + " answered " + answer.statusCode() + said(answer), null);
        };
    }

    private static String said(HttpResponse<String> answer) {
        try {
            String why = new JsonObject(answer.body()).getString("error");
            return why == null ? "" : ": " + Names.printable(why);
        } catch (DecodeException | ClassCastException e) {
            return "";
        }
    }

    private CommandFailure stranger(String why) {
        return new CommandFailure(
                "what listens at " + authority() + " is not the admin side of a gateway: " + why,
                "name admin.address with --admin HOST:PORT; relays listen elsewhere");
    }

    private CommandFailure unreached(IOException failure) {
        if (failure instanceof HttpTimeoutException) {
            return new CommandFailure(authority() + " gave no answer within " + TIMEOUT.toSeconds() + " seconds", null);
        }
        if (failure instanceof ConnectException) {
            return isUnresolved(failure)
                    ? new CommandFailure(address.getHost() + " has no address", null)
                    : new CommandFailure(
                            "nothing listens at " + authority(),
                            "is the gateway running? Its log says where: ready … admin=; name that with --admin HOST:PORT");
        }
        if (failure instanceof SSLException) {
            return new CommandFailure(
                    "no TLS with " + authority() + ": " + failure.getMessage(),
                    "--ca FILE names whom to trust; leave https:// and --ca away where admin.profile isn't set");
        }
        return new CommandFailure(
                "no answer from " + authority() + ": " + failure.getMessage(),
                address.getScheme().equals("https")
                        ? null
                        : "where admin.profile is set it speaks TLS: --admin https://" + authority());
    }

    private static boolean isUnresolved(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof UnresolvedAddressException) {
                return true;
            }
        }
        return false;
    }
}
