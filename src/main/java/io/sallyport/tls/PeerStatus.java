package io.sallyport.tls;

import io.sallyport.fault.Refusal;
import io.sallyport.pki.AuthorityInfo;
import io.sallyport.pki.OcspAnswer;
import io.sallyport.pki.OcspException;
import io.sallyport.pki.OcspJudge;
import io.sallyport.pki.OcspRequest;
import io.sallyport.pki.OcspResponders;
import io.sallyport.pki.OcspResponse;
import io.sallyport.pki.OcspVerdicts;
import io.sallyport.pki.Verdict;
import io.sallyport.pki.VerifyOptions;
import io.sallyport.profile.OcspCheck;
import io.sallyport.tls.OcspCounts.Result;
import io.sallyport.tls.OcspCounts.Source;
import java.net.URI;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * Asks by OCSP whether the leaf of a chain that was found good is revoked: first the response that a server stapled, then what is known
 * from before, then a responder. One for each context. Thread-safe.
 */
final class PeerStatus {

    private final OcspCheck policy;
    private final OcspJudge judge;
    private final Side side;
    private final OcspCounts counts;
    private final OcspAnswers answers = new OcspAnswers();

    /** Who asks about a certificate that is being asked about waits for that answer. */
    private final ConcurrentMap<VerifiedChains.Key, CompletableFuture<OcspAnswers.Known>> asked =
            new ConcurrentHashMap<>();

    PeerStatus(OcspCheck policy, VerifyOptions options, Side side, OcspCounts counts) {
        this.policy = policy;
        this.judge = new OcspJudge(options);
        this.side = side;
        this.counts = counts;
    }

    boolean isOn() {
        return policy.isOn();
    }

    PeerAnswers held(Instant now) {
        return answers.held(now);
    }

    /** The verdict, where it takes neither a responder nor a signature; else null. */
    @Nullable
    PeerVerdict known(Verdict.Trusted chain, byte @Nullable [] staple, Instant now) {
        if (hasNoIssuer(chain)) {
            return PeerVerdict.of(chain);
        }
        OcspAnswers.Known known = answers.find(key(chain), now);
        if (known == null || !known.covers(staple) || (staple == null && mustStaple(chain))) {
            return null;
        }
        return decide(chain, known.fault());
    }

    /** The verdict, once it is there. Judging is slow, and for workers; waiting for a responder takes no thread. */
    CompletableFuture<PeerVerdict> find(Verdict.Trusted chain, byte @Nullable [] staple, Instant now) {
        if (hasNoIssuer(chain)) {
            return CompletableFuture.completedFuture(PeerVerdict.of(chain));
        }
        VerifiedChains.Key key = key(chain);
        Verdict.Untrusted badStaple = null;
        if (staple != null) {
            try {
                OcspAnswer answer = judge.answer(OcspResponse.of(staple), chain.path(), now);
                OcspAnswers.Known known = learn(key, chain, answer, Source.STAPLE, staple, now);
                return CompletableFuture.completedFuture(decide(chain, known.fault()));
            } catch (OcspException e) {
                counts.increment(Source.STAPLE, Result.REJECTED);
                badStaple = OcspVerdicts.rejected(e, leaf(chain));
            }
        }
        if (mustStaple(chain)) {
            // Its issuer says that it is worth nothing without one; so soft, which forgives silence, is no excuse.
            return CompletableFuture.completedFuture(PeerVerdict.of(badStaple != null ? badStaple : notStapled(chain)));
        }
        OcspAnswers.Known known = answers.find(key, now);
        if (known != null) {
            return CompletableFuture.completedFuture(decide(chain, known.fault()));
        }
        return ask(key, chain).thenApply(learnt -> decide(chain, learnt.fault()));
    }

    private CompletableFuture<OcspAnswers.Known> ask(VerifiedChains.Key key, Verdict.Trusted chain) {
        CompletableFuture<OcspAnswers.Known> promise = new CompletableFuture<>();
        CompletableFuture<OcspAnswers.Known> going = asked.putIfAbsent(key, promise);
        if (going != null) {
            return going;
        }
        URI named = policy.responder();
        URI responder =
                named != null ? named : OcspResponders.namedBy(leaf(chain)).orElse(null);
        if (responder == null) {
            done(key, promise, unavailable(key, "names no OCSP responder, and ocsp.responder is not set", chain));
            return promise;
        }
        OcspRequest request = OcspRequest.withNonce(leaf(chain), chain.path().get(1));
        var unused = OcspResponders.shared()
                .ask(responder, request, policy.timeout())
                .handle((response, fault) -> response == null
                        ? unavailable(key, "has no OCSP answer: the response " + message(fault), chain)
                        : judged(key, chain, request, response))
                .exceptionally(e -> unavailable(key, "has no OCSP answer: asking failed with " + e, chain))
                .thenAccept(known -> done(key, promise, known));
        return promise;
    }

    private void done(VerifiedChains.Key key, CompletableFuture<OcspAnswers.Known> promise, OcspAnswers.Known known) {
        asked.remove(key);
        promise.complete(known);
    }

    /** The verdict by the staple alone: nobody is asked, and nothing kept or counted. */
    Verdict byStaple(Verdict.Trusted chain, byte @Nullable [] staple, Instant now) {
        if (hasNoIssuer(chain)) {
            return chain;
        }
        if (staple == null) {
            return mustStaple(chain) ? notStapled(chain) : chain;
        }
        try {
            return OcspVerdicts.of(OcspResponse.of(staple), judge, chain, now);
        } catch (OcspException e) {
            return OcspVerdicts.rejected(e, leaf(chain));
        }
    }

    private static Verdict.Untrusted notStapled(Verdict.Trusted chain) {
        return OcspVerdicts.unavailable(
                "must be shown with an OCSP response (RFC 7633), and came without", leaf(chain));
    }

    private OcspAnswers.Known judged(
            VerifiedChains.Key key, Verdict.Trusted chain, OcspRequest request, OcspResponse response) {
        Instant now = Instant.now();
        if (!response.isSuccessful()) {
            return unavailable(key, "has no OCSP answer: the responder says " + response.outcome(), chain);
        }
        try {
            OcspAnswer answer = judge.answerTo(request, response, chain.path(), now);
            return learn(key, chain, answer, Source.RESPONDER, null, now);
        } catch (OcspException e) {
            counts.increment(Source.RESPONDER, Result.REJECTED);
            return answers.fail(key, OcspVerdicts.rejected(e, leaf(chain)), now);
        }
    }

    private OcspAnswers.Known learn(
            VerifiedChains.Key key,
            Verdict.Trusted chain,
            OcspAnswer answer,
            Source source,
            byte @Nullable [] staple,
            Instant now) {
        counts.increment(
                source,
                switch (answer.status()) {
                    case GOOD -> Result.GOOD;
                    case REVOKED -> Result.REVOKED;
                    case UNKNOWN -> Result.UNKNOWN;
                });
        return answers.learn(key, answer, OcspVerdicts.of(answer, leaf(chain)), staple, now);
    }

    private OcspAnswers.Known unavailable(VerifiedChains.Key key, String detail, Verdict.Trusted chain) {
        counts.increment(Source.RESPONDER, Result.UNAVAILABLE);
        return answers.fail(key, OcspVerdicts.unavailable(detail, leaf(chain)), Instant.now());
    }

    private static String message(Throwable fault) {
        Throwable cause = fault instanceof CompletionException && fault.getCause() != null ? fault.getCause() : fault;
        return String.valueOf(cause.getMessage());
    }

    private PeerVerdict decide(Verdict.Trusted chain, Verdict.@Nullable Untrusted fault) {
        if (fault == null) {
            return PeerVerdict.of(chain);
        }
        boolean refused = fault.refusal() == Refusal.REVOKED || policy.mode() == OcspCheck.Mode.HARD;
        return refused
                ? PeerVerdict.of(fault)
                : new PeerVerdict(chain, new PassedOver(fault.refusal(), fault.subject() + " " + fault.detail()));
    }

    /** A leaf that is trusted itself: nobody stands above it who could revoke it. */
    private static boolean hasNoIssuer(Verdict.Trusted chain) {
        return chain.path().size() < 2;
    }

    /** A client has no way to staple here. */
    private boolean mustStaple(Verdict.Trusted chain) {
        return side == Side.CLIENT && AuthorityInfo.mustStaple(leaf(chain));
    }

    private static X509Certificate leaf(Verdict.Trusted chain) {
        return chain.path().get(0);
    }

    /** By leaf and issuer: that is what an answer is about. */
    private static VerifiedChains.Key key(Verdict.Trusted chain) {
        try {
            return VerifiedChains.Key.of(
                    new byte[][] {
                        chain.path().get(0).getEncoded(), chain.path().get(1).getEncoded()
                    },
                    null);
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("a certificate that was parsed has an encoding", e);
        }
    }
}
