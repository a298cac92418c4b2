package io.sallyport.pki;

import io.sallyport.fault.Causes;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Asks OCSP responders over HTTP (RFC 6960, appendix A). An answer is bounded in length and time, a redirect isn't followed, and
 * connections at once are bounded too. Blocks nobody; thread-safe.
 */
public final class OcspResponders {

    /** Questions that may wait for their answers at once, of all profiles together. */
    static final int MOST_AT_ONCE = 64;

    private static final String REQUEST = "application/ocsp-request";
    private static final String RESPONSE = "application/ocsp-response";

    /** Loaded with the first question: it brings the JDK's own TLS along, which a gateway without OCSP does without. */
    private static final class Client {
        static final HttpClient HTTP = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(Duration.ofSeconds(30))
                .build();
    }

    private static final OcspResponders SHARED = new OcspResponders();

    private final Semaphore places = new Semaphore(MOST_AT_ONCE);

    private OcspResponders() {}

    /** That of the process. */
    public static OcspResponders shared() {
        return SHARED;
    }

    /** The responder that a certificate names, if it names one by http or https. */
    public static Optional<URI> namedBy(X509Certificate certificate) {
        return AuthorityInfo.responders(certificate).stream()
                .flatMap(text -> http(text).stream())
                .findFirst();
    }

    private static Optional<URI> http(String text) {
        try {
            URI uri = new URI(text);
            String scheme = String.valueOf(uri.getScheme());
            boolean usable = scheme.equalsIgnoreCase("http") || scheme.equalsIgnoreCase("https");
            return usable && uri.getHost() != null ? Optional.of(uri) : Optional.empty();
        } catch (java.net.URISyntaxException e) {
            return Optional.empty();
        }
    }

    /**
     * Sends a request.
     *
     * @param timeout from now until the last octet of the answer
     * @return fails with an {@link OcspException} that says why there is no answer, never otherwise
     */
    public CompletableFuture<OcspResponse> ask(URI responder, OcspRequest request, Duration timeout) {
        if (!places.tryAcquire()) {
            return CompletableFuture.failedFuture(
                    new OcspException("couldn't be asked for: " + MOST_AT_ONCE + " questions wait already"));
        }
        CompletableFuture<HttpResponse<byte[]>> sent;
        try {
            HttpRequest post = HttpRequest.newBuilder(responder)
                    .timeout(timeout)
                    .header("Content-Type", REQUEST)
                    .header("Accept", RESPONSE)
                    .POST(HttpRequest.BodyPublishers.ofByteArray(request.der()))
                    .build();
            sent = Client.HTTP.sendAsync(post, head -> new LimitedBody(OcspResponse.MAX_BYTES));
        } catch (RuntimeException e) {
            places.release();
            return CompletableFuture.failedFuture(
                    new OcspException("couldn't be asked for at " + shown(responder) + ": " + e.getMessage()));
        }
        CompletableFuture<OcspResponse> answer = sent.thenApply(OcspResponders::read)
                .orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
                .exceptionallyCompose(e -> CompletableFuture.failedFuture(explained(e, responder, timeout)));
        answer.whenComplete((response, fault) -> {
            places.release();
            sent.cancel(true); // Does nothing where it is done; else it lets go of the connection.
        });
        return answer;
    }

    private static OcspResponse read(HttpResponse<byte[]> answer) {
        if (answer.statusCode() != 200) {
            throw new CompletionException(
                    new OcspException("didn't come: the responder answered HTTP " + answer.statusCode()));
        }
        try {
            return OcspResponse.of(answer.body());
        } catch (OcspException e) {
            throw new CompletionException(e);
        }
    }

    private static OcspException explained(Throwable fault, URI responder, Duration timeout) {
        Throwable cause = Causes.of(fault);
        if (cause instanceof OcspException already) {
            return already;
        }
        String who = shown(responder);
        if (cause instanceof LimitedBody.TooLong) {
            return new OcspException("of " + who + " is longer than " + OcspResponse.MAX_BYTES + " octets");
        }
        if (cause instanceof TimeoutException || cause instanceof java.net.http.HttpTimeoutException) {
            return new OcspException("didn't come from " + who + " within " + timeout.toMillis() + " ms");
        }
        String detail = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
        return new OcspException("couldn't be had from " + who + ": " + Names.printable(detail));
    }

    /** Without its query, which may be anything. */
    private static String shown(URI responder) {
        return Names.printable(responder.getScheme() + "://" + responder.getRawAuthority() + responder.getRawPath());
    }
}
