package io.sallyport.profile;

import io.sallyport.profile.Balancing.Method;
import io.sallyport.profile.Clients.Proof;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Checks of the keys that ask where a client comes from, or who it is: they do nothing, or something else, where that isn't
 * known of any.
 */
final class ClientChecks {

    private static final String NO_ADDRESS = "clients of a unix socket have no address";
    private static final String REMOVE = "remove it";
    private static final String GIVE_CA = "give listen a profile with a ca, or remove it";

    private final Settings settings;
    private final Findings findings;
    private final Clients clients;

    ClientChecks(Settings settings, Findings findings) {
        this.settings = settings;
        this.findings = findings;
        this.clients = new Clients(settings, findings);
    }

    void run(String relay) {
        allow(relay);
        limits(relay);
        Map<String, Proof> proofs = clients.proofs(relay);
        for (String destination : settings.destinations(relay)) {
            Proof proof = Objects.requireNonNull(proofs.get(destination));
            balance(relay, destination, proof);
            header(destination, proof);
        }
    }

    /** A list that no client would be held against. */
    private void allow(String relay) {
        Setting<String> listen = settings.get(Schema.LISTEN_PROFILE, relay);
        String profile = listen.value();
        boolean known = profile == null
                ? findings.isClean(listen.path())
                : settings.profiles().contains(profile);
        boolean verifies = profile != null && known && settings.value(Schema.VERIFY, profile) != VerifyMode.NONE;
        for (Key<?> key : AllowKeys.RELAY.values()) {
            Setting<?> setting = settings.get(key, relay);
            if (setting.isWritten()
                    && known
                    && !verifies
                    && clients.meetListen(relay)
                    && findings.isClean(setting.path())) {
                String why = profile == null
                        ? "the listener is plain TCP, where no one proves who they are"
                        : "profile " + profile + " has verify: none";
                findings.error(setting.path(), setting.origin(), "keeps nobody out: " + why, GIVE_CA);
            }
        }
    }

    /** Limits that nothing would count against. */
    private void limits(String relay) {
        Proof proof = clients.proof(relay);
        if (proof == Proof.NONE) {
            idle(LimitKeys.RELAY.handshakesPerSecond(), relay, withoutProof(relay), GIVE_CA);
        }
        if (proof != Proof.IDENTITY) {
            idle(LimitKeys.RELAY.perIdentity(), relay, withoutProof(relay), GIVE_CA);
        }
        if (!clients.haveAddress(relay)) {
            idle(LimitKeys.RELAY.perAddress(), relay, NO_ADDRESS, REMOVE);
        }
    }

    private String withoutProof(String relay) {
        if (!settings.routes(relay).isEmpty()) {
            return "no profile that clients meet verifies them";
        }
        String profile = settings.value(Schema.LISTEN_PROFILE, relay);
        return profile == null
                ? "listen has no profile, so it is plain TCP"
                : "profile " + profile + " has verify: none";
    }

    private void idle(Key<?> key, String relay, String why, String hint) {
        RelayChecks.idle(settings, findings, key, relay, why, hint);
    }

    /** Limits for all relays. They may be meant for relays that are still to come, so they are no errors. */
    void all() {
        if (settings.relays().stream().noneMatch(clients::haveAddress)) {
            withoutEffect(
                    LimitKeys.ALL.perAddress(),
                    "",
                    "every relay listens on a unix socket, where clients have no address",
                    REMOVE);
        }
        if (settings.relays().stream().allMatch(relay -> clients.proof(relay) == Proof.NONE)) {
            withoutEffect(LimitKeys.ALL.handshakesPerSecond(), "", "no relay has a profile that clients meet", REMOVE);
        }
        if (settings.relays().stream().noneMatch(relay -> clients.proof(relay) == Proof.IDENTITY)) {
            withoutEffect(LimitKeys.ALL.perIdentity(), "", "no relay has a profile that verifies clients", REMOVE);
        }
    }

    /** A hash of what no client has. */
    private void balance(String relay, String destination, Proof proof) {
        Setting<Method> balance = settings.get(Schema.BALANCE, destination);
        List<Upstream> upstreams = settings.value(Schema.CONNECT_ADDRESSES, destination);
        if (upstreams == null || upstreams.size() < 2) {
            return;
        }
        boolean byIdentity = balance.value() == Method.HASH_IDENTITY;
        boolean byAddress = balance.value() == Method.HASH_ADDRESS;
        boolean prove = proof == Proof.IDENTITY;
        boolean haveAddress = clients.haveAddress(relay);
        if (byIdentity && !prove && haveAddress) {
            findings.warning(
                    balance.path(),
                    balance.origin(),
                    "goes by the address of a client: none that goes there proves who it is",
                    "set balance: hash-address, or have clients meet a profile with a ca");
        } else if (byIdentity && !prove) {
            findings.warning(
                    balance.path(),
                    balance.origin(),
                    "sends all connections to one upstream: no client that goes there proves who it is, and "
                            + NO_ADDRESS,
                    "set balance: round-robin, or have clients meet a profile with a ca");
        } else if (byAddress && !haveAddress) {
            findings.warning(
                    balance.path(),
                    balance.origin(),
                    "sends all connections to one upstream: " + NO_ADDRESS,
                    "set balance: " + (prove ? "hash-identity" : "round-robin")
                            + ", or listen.proxy-protocol.accept where a proxy says who the client is");
        }
    }

    /** What a PROXY header would say of TLS with a client. */
    private void header(String destination, Proof proof) {
        if (settings.value(Schema.PROXY_SEND, destination) != ProxyProtocol.Version.V2) {
            return;
        }
        if (proof == Proof.NONE) {
            String why = "no client that goes there speaks TLS with this relay";
            withoutEffect(Schema.PROXY_TLS, destination, why, REMOVE);
            withoutEffect(Schema.PROXY_CERTIFICATE, destination, why, REMOVE);
        } else if (proof == Proof.TLS) {
            // The header does say more for it: all that tls: true makes it say.
            String why = "no client that goes there proves who it is with a certificate";
            withoutEffect(Schema.PROXY_CERTIFICATE, destination, why, "set tls: true in its place, or remove it");
        }
    }

    private void withoutEffect(Key<?> key, String owner, String why, String hint) {
        Setting<?> setting = settings.get(key, owner);
        if (setting.isWritten() && !setting.text().equals(key.standard()) && findings.isClean(setting.path())) {
            findings.warning(setting.path(), setting.origin(), "has no effect: " + why, hint);
        }
    }
}
