package io.sallyport.cli;

import io.netty.util.NetUtil;
import io.sallyport.fault.Mistake;
import io.sallyport.fault.MistakesException;
import io.sallyport.pki.Credential;
import io.sallyport.pki.Material;
import io.sallyport.profile.Address;
import io.sallyport.profile.Profile;
import io.sallyport.profile.Profile.Negotiation;
import io.sallyport.profile.Profile.Trust;
import io.sallyport.profile.Protocol;
import io.sallyport.profile.VerifyMode;
import io.sallyport.tls.PeerVerifier;
import io.sallyport.tls.Side;
import io.sallyport.tls.Target;
import io.sallyport.tls.TlsContext;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/**
 * How {@code connect} speaks TLS. The handshake takes any certificate, so that it can be shown; who trusts it is asked after that, before
 * a byte is sent.
 */
record ConnectProfile(Profile profile, Material material) {

    /**
     * Reads its files.
     *
     * @throws MistakesException with all that is wrong with them
     */
    static ConnectProfile of(Profile profile) throws MistakesException {
        return new ConnectProfile(profile, Material.load(profile));
    }

    /** Of options alone. A mistake in them is wrong use: there is no configuration to mend. */
    static ConnectProfile ofOptions(CommandLine command, Profile profile) {
        try {
            return of(profile);
        } catch (MistakesException e) {
            Mistake first = e.mistakes().get(0);
            throw new WrongUse(
                    command, first.message(), first.hint() == null ? "see --ca, --cert and --key" : first.hint());
        }
    }

    /**
     * The chain that a server shows, whoever it is.
     *
     * @param timeout of each step
     * @throws CommandFailure if no handshake comes of it
     * @throws CertificateException if what it shows can't be read
     */
    static List<X509Certificate> chain(Address server, Duration timeout)
            throws MistakesException, CommandFailure, CertificateException, InterruptedException {
        Profile anybody =
                profile(null, Profile.SYSTEM_CA).withTrust(new Trust(null, VerifyMode.NONE, Profile.DEFAULT_DEPTH));
        TlsContext context = of(anybody).context();
        Target target = new Target(server, serverName(server.host()), server.host());
        try (Dial dial = new Dial(timeout)) {
            Dial.Open open = dial.open(server, new Dial.Tls(context, target, null));
            List<X509Certificate> chain = open.conversation().chain();
            open.conversation().close();
            return chain;
        } finally {
            context.letGo();
        }
    }

    /** With the defaults of a profile. */
    static Profile profile(Profile.@Nullable OwnCertificate own, String ca) {
        return new Profile(
                "connect",
                own,
                new Trust(ca, VerifyMode.REQUIRED, Profile.DEFAULT_DEPTH),
                new Negotiation(Profile.DEFAULT_CIPHERS, List.of(Protocol.values()), Profile.DEFAULT_GROUPS, List.of()),
                io.sallyport.profile.PeerName.OF_ADDRESS);
    }

    /** The same, that offers something else. */
    ConnectProfile offering(boolean tls12Only, List<String> alpn) {
        Negotiation now = profile.negotiation();
        Negotiation changed = new Negotiation(
                now.ciphers(),
                tls12Only ? List.of(Protocol.TLS_1_2) : now.protocols(),
                now.groups(),
                alpn.isEmpty() ? now.alpn() : alpn,
                now.maxCertList());
        return new ConnectProfile(profile.withNegotiation(changed), material);
    }

    /** The same, that shows a certificate. */
    ConnectProfile showing(Credential own) {
        return new ConnectProfile(profile, new Material(own, material.anchors(), material.revocation()));
    }

    /** The context that takes any certificate. */
    TlsContext context() throws MistakesException {
        Profile open = profile.withTrust(
                new Trust(null, VerifyMode.NONE, profile.trust().depth()));
        return TlsContext.create(open, material, Side.CLIENT);
    }

    /** Who judges it, as a relay would; null where the profile trusts anybody. */
    @Nullable
    PeerVerifier verifier() {
        return PeerVerifier.of(profile, material, Side.CLIENT);
    }

    /** The SNI for a host; an IP address has none (RFC 6066, section 3). */
    static @Nullable String serverName(String host) {
        return NetUtil.isValidIpV4Address(host) || NetUtil.isValidIpV6Address(host) ? null : host;
    }
}
