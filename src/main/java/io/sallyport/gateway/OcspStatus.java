package io.sallyport.gateway;

import io.sallyport.tls.PeerAnswers;
import io.sallyport.tls.StapleStatus;
import io.sallyport.tls.TlsContext;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/** How profiles stand with OCSP. A profile may have several contexts: what is told of it is of all of them. */
public final class OcspStatus {

    private OcspStatus() {}

    /** Of each profile that is to show clients a response with its certificate; of several contexts the worst. */
    public static Map<String, StapleStatus> staples(Collection<TlsContext> contexts, Instant now) {
        Map<String, StapleStatus> byProfile = new LinkedHashMap<>();
        for (TlsContext context : contexts) {
            StapleStatus status = context.staple(now);
            if (status != null) {
                byProfile.merge(context.profile().name(), status, StapleStatus::worse);
            }
        }
        return byProfile;
    }

    /** What is known of the peers of each profile that asks about them. Walks over every answer: not for each connection. */
    public static Map<String, PeerAnswers> peers(Collection<TlsContext> contexts, Instant now) {
        Map<String, PeerAnswers> byProfile = new LinkedHashMap<>();
        for (TlsContext context : contexts) {
            if (context.profile().trust().ocsp().isOn()) {
                byProfile.merge(context.profile().name(), context.peerAnswers(now), PeerAnswers::and);
            }
        }
        return byProfile;
    }
}
