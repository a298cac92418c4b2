package io.sallyport.gateway;

import io.sallyport.fault.Mistake;
import io.sallyport.pki.AllowLists;
import io.sallyport.pki.Material;
import io.sallyport.profile.AllowList;
import io.sallyport.profile.Configuration;
import io.sallyport.profile.Profile;
import io.sallyport.profile.VerifyMode;
import io.sallyport.tls.PeerVerifier;
import io.sallyport.tls.Side;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Who may do what on the admin side, and what its TLS shows. Immutable; a reload makes another one. */
public final class AdminAccess {

    /** What somebody may do. Who may operate may view. */
    public enum Role {
        VIEW,
        OPERATE;

        /** Whether this is enough where {@code needed} is. */
        public boolean covers(Role needed) {
            return compareTo(needed) >= 0;
        }
    }

    /**
     * TLS of the admin side.
     *
     * @param material of that profile
     */
    public record Tls(Profile profile, Material material) {}

    private final Configuration.Admin configuration;
    private final @Nullable Tls tls;
    private final TokenFile view;
    private final TokenFile operate;
    private final @Nullable PeerVerifier clients;

    private AdminAccess(Configuration.Admin configuration, @Nullable Tls tls, TokenFile view, TokenFile operate) {
        this.configuration = configuration;
        this.tls = tls;
        this.view = view;
        this.operate = operate;
        this.clients = tls == null ? null : PeerVerifier.of(tls.profile(), tls.material(), Side.SERVER);
    }

    /** Of an admin side on loopback that asks nobody. */
    public static AdminAccess open(Configuration.Admin configuration) {
        return new AdminAccess(configuration, null, TokenFile.NONE, TokenFile.NONE);
    }

    /**
     * Reads what the configuration names.
     *
     * @param materials by profile; one that isn't there is a mistake already
     */
    static AdminAccess read(Configuration configuration, Map<String, Material> materials, List<Mistake> mistakes) {
        Configuration.Admin admin = configuration.admin();
        TokenFile view =
                tokens("sallyport.admin.view.token-file", admin.tokens().view(), mistakes);
        TokenFile operate =
                tokens("sallyport.admin.operate.token-file", admin.tokens().operate(), mistakes);
        if (view.digests().stream().anyMatch(operate::has)) {
            mistakes.add(Mistake.error(
                    "sallyport.admin.view.token-file",
                    null,
                    "has a token that admin.operate.token-file has too: who was to view only could operate",
                    "give each role tokens of its own"));
        }
        String profile = admin.profile();
        Material material = profile == null ? null : materials.get(profile);
        Tls tls = profile == null || material == null ? null : new Tls(configuration.profile(profile), material);
        return new AdminAccess(admin, tls, view, operate);
    }

    private static TokenFile tokens(String key, @Nullable Path file, List<Mistake> mistakes) {
        return file == null ? TokenFile.NONE : TokenFile.read(key, file, mistakes);
    }

    public Configuration.Admin configuration() {
        return configuration;
    }

    /** Null where it is plain HTTP. */
    public @Nullable Tls tls() {
        return tls;
    }

    /** Whether anyone is asked who they are. Where nobody is, it listens on loopback, and whoever is there may operate. */
    public boolean asks() {
        return hasTokens() || clients != null;
    }

    public boolean hasTokens() {
        return !view.digests().isEmpty() || !operate.digests().isEmpty();
    }

    /** Whether nobody comes without a client certificate, token or not. */
    public boolean requiresCertificate() {
        return tls != null && tls.profile().trust().verify() == VerifyMode.REQUIRED;
    }

    /** How client certificates are verified, or null where none is asked for. */
    public @Nullable PeerVerifier clients() {
        return clients;
    }

    /** The role of whoever has the token with this {@linkplain TokenFile#digest digest}, or null where it is none of ours. */
    public @Nullable Role ofToken(String digest) {
        boolean mayView = view.has(digest);
        return operate.has(digest) ? Role.OPERATE : mayView ? Role.VIEW : null;
    }

    /** The role of a client whose certificate was verified. */
    public Role ofCertificate(X509Certificate leaf) {
        AllowList operators = configuration.operators();
        boolean named = !operators.isEmpty() && new AllowLists(List.of(operators)).refuse(leaf) == null;
        return named ? Role.OPERATE : Role.VIEW;
    }

    /** Whether the TLS of both shows and asks the same. */
    public boolean hasTlsOf(AdminAccess other) {
        return Objects.equals(tls, other.tls);
    }

    /** Whether the same clients may do the same. */
    public boolean isSameAs(AdminAccess other) {
        return hasTlsOf(other) && changedSince(other).isEmpty();
    }

    /** The keys under {@code sallyport.admin} whose value, or whose file, is another one. */
    List<String> changedSince(AdminAccess before) {
        Configuration.Admin then = before.configuration;
        List<String> keys = new ArrayList<>();
        addIf(keys, !configuration.address().equals(then.address()), "address");
        addIf(keys, !Objects.equals(configuration.profile(), then.profile()), "profile");
        addIf(
                keys,
                !tokenFileIsSame(configuration.tokens().view(), then.tokens().view(), view, before.view),
                "view.token-file");
        addIf(
                keys,
                !tokenFileIsSame(configuration.tokens().operate(), then.tokens().operate(), operate, before.operate),
                "operate.token-file");
        addIf(keys, !configuration.operators().equals(then.operators()), "operate.allow");
        return keys;
    }

    private static boolean tokenFileIsSame(
            @Nullable Path now, @Nullable Path then, TokenFile tokens, TokenFile before) {
        return Objects.equals(now, then) && tokens.equals(before);
    }

    private static void addIf(List<String> keys, boolean changed, String key) {
        if (changed) {
            keys.add("sallyport.admin." + key);
        }
    }
}
