package io.sallyport.admin;

import io.sallyport.gateway.Blueprint;
import io.sallyport.gateway.Gateway;
import io.sallyport.profile.Profile;
import io.sallyport.profile.Protocol;
import io.sallyport.tls.SessionCount;
import io.sallyport.tls.SessionCounts;
import io.sallyport.tls.Side;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.security.cert.X509CRL;
import java.security.cert.X509CRLEntry;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The profiles: names of files and facts of certificates, never what a private file holds. */
@Path("/api/profiles")
@Produces(MediaType.APPLICATION_JSON)
@Blocking
public final class ProfilesResource {

    private final Gateway gateway;

    ProfilesResource(Gateway gateway) {
        this.gateway = gateway;
    }

    /** The answer: an object, so that fields can be added beside the list. */
    public record Profiles(List<ProfileEntry> profiles) {}

    /**
     * A CRL that the profile asks.
     *
     * @param thisUpdate RFC 3339, as {@code nextUpdate}
     * @param nextUpdate when it is out of date, or null where it doesn't say
     * @param revoked how many certificates it lists
     */
    public record RevocationList(
            String issuer, String thisUpdate, @Nullable String nextUpdate, int revoked) {}

    /**
     * A profile.
     *
     * @param usedBy such as {@code orders.listen}, {@code orders.routes[0].connect} or {@code admin}
     * @param unsafeKeyLog the file that the secrets of its connections are written to, or null, as it should be
     */
    public record ProfileEntry(
            String name,
            @Nullable String cert,
            @Nullable String key,
            List<Certificate> chain,
            @Nullable String ca,
            List<Certificate> trusted,
            List<RevocationList> crls,
            String verify,
            int depth,
            List<String> protocols,
            String ciphers,
            List<String> groups,
            List<String> alpn,
            @Nullable String serverName,
            @Nullable String verifyName,
            Sessions session,
            OcspEntry ocsp,
            List<String> usedBy,
            @Nullable String unsafeKeyLog) {}

    /**
     * How sessions are resumed.
     *
     * @param timeoutSeconds how long after its full handshake a session can be resumed
     * @param ticketKeys the directory of ticket keys, or null where they are made up
     * @param ticketKeySince when the key that seals tickets was made, or null where none does
     * @param cached how many are kept now
     * @param counts since the process started, by the names of OpenSSL's {@code SSL_CTX_sess_*}, and those of tickets
     */
    public record Sessions(
            boolean enabled,
            int cacheSize,
            long timeoutSeconds,
            boolean tickets,
            @Nullable String ticketKeys,
            @Nullable String ticketKeySince,
            long cached,
            Map<String, Long> counts) {}

    /**
     * What is told of a certificate.
     *
     * @param serial hexadecimal
     * @param notBefore RFC 3339, as {@code notAfter}
     */
    public record Certificate(String subject, String issuer, String serial, String notBefore, String notAfter) {}

    @GET
    public Profiles all() {
        Blueprint blueprint = gateway.blueprint();
        if (blueprint == null) {
            return new Profiles(List.of());
        }
        Found found = new Found(
                blueprint,
                OcspEntry.all(blueprint, Instant.now()),
                ticketKeysSince(blueprint),
                blueprint.configuration().profileUsers());
        return new Profiles(blueprint.configuration().profiles().values().stream()
                .map(profile -> entry(found, profile))
                .toList());
    }

    /** What is found by one walk over all contexts and relays, by profile: to walk for each would take the square of that. */
    private record Found(
            Blueprint blueprint,
            Map<String, OcspEntry> ocsp,
            Map<String, String> ticketKeysSince,
            Map<String, List<String>> users) {}

    private static ProfileEntry entry(Found found, Profile profile) {
        Blueprint blueprint = found.blueprint();
        Profile.OwnCertificate own = profile.own();
        return new ProfileEntry(
                profile.name(),
                own == null ? null : own.cert().toString(),
                own == null ? null : own.key().toString(),
                certificates(blueprint.chain(profile)),
                profile.trust().ca(),
                certificates(blueprint.ownAnchors(profile)),
                blueprint.crls(profile).stream()
                        .map(ProfilesResource::revocationList)
                        .toList(),
                Words.of(profile.trust().verify()),
                profile.trust().depth(),
                profile.negotiation().protocols().stream().map(Protocol::label).toList(),
                profile.negotiation().ciphers(),
                profile.negotiation().groups(),
                profile.negotiation().alpn(),
                profile.peerName().serverName(),
                profile.peerName().verifyName(),
                sessions(profile, found.ticketKeysSince().get(profile.name())),
                Objects.requireNonNull(found.ocsp().get(profile.name())),
                found.users().getOrDefault(profile.name(), List.of()),
                profile.keyLog() == null ? null : String.valueOf(profile.keyLog()));
    }

    private static RevocationList revocationList(X509CRL crl) {
        Set<? extends X509CRLEntry> entries = crl.getRevokedCertificates();
        return new RevocationList(
                crl.getIssuerX500Principal().getName(),
                crl.getThisUpdate().toInstant().toString(),
                crl.getNextUpdate() == null
                        ? null
                        : crl.getNextUpdate().toInstant().toString(),
                entries == null ? 0 : entries.size());
    }

    /** Of each profile that has such a key; without those whose keys can't be read any more: the log tells of it. */
    private static Map<String, String> ticketKeysSince(Blueprint blueprint) {
        Map<String, String> byProfile = new HashMap<>();
        blueprint.contexts().forEach((use, context) -> {
            if (use.side() == Side.SERVER && !byProfile.containsKey(use.profile())) {
                try {
                    Instant since = context.ticketKeySince(Instant.now());
                    if (since != null) {
                        byProfile.put(use.profile(), since.toString());
                    }
                } catch (IOException e) {
                    // Said already.
                }
            }
        });
        return byProfile;
    }

    private static Sessions sessions(Profile profile, @Nullable String ticketKeySince) {
        Profile.Session session = profile.session();
        SessionCounts counts = SessionCounts.of(profile.name());
        Map<String, Long> byName = new LinkedHashMap<>();
        for (SessionCount which : SessionCount.values()) {
            byName.put(which.label(), counts.get(which));
        }
        return new Sessions(
                session.enabled(),
                session.cacheSize(),
                session.timeout().toSeconds(),
                session.tickets(),
                session.ticketKeys() == null ? null : session.ticketKeys().toString(),
                ticketKeySince,
                counts.cached(),
                byName);
    }

    private static List<Certificate> certificates(List<X509Certificate> certificates) {
        return certificates.stream()
                .map(certificate -> new Certificate(
                        certificate.getSubjectX500Principal().getName(),
                        certificate.getIssuerX500Principal().getName(),
                        certificate.getSerialNumber().toString(16),
                        certificate.getNotBefore().toInstant().toString(),
                        certificate.getNotAfter().toInstant().toString()))
                .toList();
    }
}
