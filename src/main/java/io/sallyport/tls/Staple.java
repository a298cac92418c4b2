package io.sallyport.tls;

import io.sallyport.pki.AuthorityInfo;
import io.sallyport.pki.Credential;
import io.sallyport.pki.Material;
import io.sallyport.pki.OcspAnswer;
import io.sallyport.pki.OcspException;
import io.sallyport.pki.OcspJudge;
import io.sallyport.pki.OcspRequest;
import io.sallyport.pki.OcspResponders;
import io.sallyport.pki.OcspResponse;
import io.sallyport.pki.Purpose;
import io.sallyport.pki.Stapled;
import io.sallyport.pki.VerifyOptions;
import io.sallyport.profile.Profile;
import io.sallyport.profile.Stapling;
import java.io.IOException;
import java.net.URI;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * The OCSP response that one context shows with its certificate: fetched and fetched again before it is out of date, and shown only while
 * it is good, fits the certificate and is of now. A context without one serves all the same. Thread-safe.
 */
public final class Staple {

    /** How long a responder may take: nobody waits for it. */
    static final Duration TIMEOUT = Duration.ofSeconds(15);

    /** After a failure it is asked again no sooner. */
    static final Duration RETRY_AFTER = Duration.ofMinutes(1);

    private final ShownCredential shown;
    private final X509Certificate leaf;
    private final @Nullable X509Certificate issuer;
    private final Stapling policy;
    private final OcspJudge judge = new OcspJudge(VerifyOptions.of(Profile.MAX_DEPTH, Purpose.ANY));
    private @Nullable OcspAnswer current;
    private @Nullable String failure;
    private Instant askFrom = Instant.MIN;
    private boolean asking;

    /** Takes up a response that is known already: from the process' memory, or from the cache. Asks nobody. */
    Staple(Credential credential, Material material, Stapling policy, ShownCredential shown, Instant now) {
        this.shown = shown;
        this.leaf = credential.leaf();
        this.policy = policy;
        this.issuer = Stapled.issuerOf(credential, material.anchors()).orElse(null);
        for (byte[] known : Stapled.known(leaf, policy.cache())) {
            try {
                takeUp(OcspResponse.of(known), now);
                return;
            } catch (OcspException e) {
                // Out of date, or of another certificate: the next one, or the responder, has a better one.
            }
        }
    }

    /** What is shown now, or null. */
    public synchronized @Nullable OcspAnswer current(Instant now) {
        return current != null && now.isBefore(current.until()) ? current : null;
    }

    /** How it stands. */
    synchronized StapleStatus status(Instant now) {
        return new StapleStatus(AuthorityInfo.mustStaple(leaf), current(now), failure);
    }

    /** What went wrong, as a sentence, of what {@link #refresh} failed with. */
    public static String detail(Throwable fault) {
        Throwable cause = fault instanceof CompletionException && fault.getCause() != null ? fault.getCause() : fault;
        return "the OCSP response " + cause.getMessage();
    }

    /**
     * Asks for a new response where it is time: from halfway to the next update on, and after a failure in a minute.
     *
     * @return whether there is a new one; fails with an {@link OcspException} that says why there should be and isn't
     */
    CompletableFuture<Boolean> refresh(Instant now) {
        if (!claim(now)) {
            return CompletableFuture.completedFuture(false);
        }
        X509Certificate by = issuer;
        if (by == null) {
            return finished(failed("can't be asked for: its issuer is neither in cert's file nor in ca"));
        }
        URI responder = policy.responder() != null
                ? policy.responder()
                : OcspResponders.namedBy(leaf).orElse(null);
        if (responder == null) {
            return finished(failed("can't be asked for: the certificate names no responder"));
        }
        return finished(OcspResponders.shared()
                .ask(responder, OcspRequest.plain(leaf, by), TIMEOUT)
                .thenApply(response -> {
                    try {
                        takeUp(response, Instant.now());
                        Stapled.keep(leaf, response.der(), policy.cache());
                        return true;
                    } catch (OcspException e) {
                        throw new CompletionException(e);
                    } catch (IOException e) {
                        throw new CompletionException(
                                new OcspException("is shown, but can't be kept in " + policy.cache() + ": " + e));
                    }
                }));
    }

    private static CompletableFuture<Boolean> failed(String why) {
        return CompletableFuture.failedFuture(new OcspException(why));
    }

    private synchronized boolean claim(Instant now) {
        if (asking || now.isBefore(askFrom)) {
            return false;
        }
        asking = true;
        askFrom = now.plus(RETRY_AFTER);
        return true;
    }

    private CompletableFuture<Boolean> finished(CompletableFuture<Boolean> asked) {
        return asked.whenComplete((done, fault) -> {
            synchronized (this) {
                asking = false;
                failure = fault == null ? null : detail(fault);
            }
        });
    }

    private void takeUp(OcspResponse response, Instant now) throws OcspException {
        if (issuer == null) {
            throw new OcspException("can't be judged without the issuer");
        }
        OcspAnswer answer = judge.answer(response, List.of(leaf, issuer), now);
        if (answer.status() != OcspAnswer.Status.GOOD) {
            throw new OcspException(
                    "says that our own certificate is " + answer.status().name().toLowerCase(java.util.Locale.ROOT));
        }
        if (!now.isBefore(answer.until())) {
            throw new OcspException("has no next update that is still to come");
        }
        try {
            shown.staple(response.der(), answer.until());
        } catch (Exception e) {
            throw new OcspException("isn't taken by BoringSSL: " + e.getMessage());
        }
        synchronized (this) {
            current = answer;
            askFrom = half(answer.thisUpdate(), answer.until());
        }
    }

    private static Instant half(Instant from, Instant to) {
        return from.plus(Duration.between(from, to).dividedBy(2));
    }
}
