package io.sallyport.profile;

import org.jspecify.annotations.Nullable;

/** Checks across the keys of the admin side: whoever can reach it must be asked who they are. */
final class AdminChecks {

    private final Settings settings;
    private final Findings findings;

    AdminChecks(Settings settings, Findings findings) {
        this.settings = settings;
        this.findings = findings;
    }

    void run() {
        Setting<String> profile = settings.get(Schema.ADMIN_PROFILE, "");
        RelayChecks.profile(settings, findings, profile);
        Setting<Address> address = settings.get(Schema.ADMIN_ADDRESS, "");
        if (address.value() == null || !isProfileClean(profile)) {
            return;
        }
        boolean hasTokens = isSet(Schema.VIEW_TOKENS) || isSet(Schema.OPERATE_TOKENS);
        boolean verifies = verifies(profile.value());
        if (!address.value().isLoopback() && !verifies && !hasTokens) {
            findings.error(
                    address.path(),
                    address.origin(),
                    Quote.of(address.text()) + " is reached by other machines, and nobody is asked who they are there",
                    "set admin.profile to a profile that verifies clients, or admin.operate.token-file, or use 127.0.0.1:"
                            + address.value().port());
        }
        if (!address.value().isLoopback() && hasTokens && profile.value() == null) {
            findings.warning(
                    address.path(),
                    address.origin(),
                    Quote.of(address.text())
                            + " is reached by other machines without TLS: whoever is on the way can read"
                            + " the tokens, and use them",
                    "set admin.profile");
        }
        if (!verifies) {
            AllowKeys.ADMIN.values().forEach(key -> namesNobody(settings.get(key, "")));
        }
    }

    /** A reference that leads nowhere has been told; what follows from it would be noise. */
    private boolean isProfileClean(Setting<String> profile) {
        String name = profile.value();
        return findings.isClean(profile.path())
                && (name == null || findings.isClean(Schema.VERIFY.path(name), Schema.CA.path(name)));
    }

    private boolean verifies(@Nullable String profile) {
        return profile != null && settings.value(Schema.VERIFY, profile) != VerifyMode.NONE;
    }

    private boolean isSet(Key<?> key) {
        return settings.get(key, "").isWritten();
    }

    private void namesNobody(Setting<?> setting) {
        if (setting.isWritten() && findings.isClean(setting.path())) {
            findings.error(
                    setting.path(),
                    setting.origin(),
                    "lets nobody operate: clients of the admin side are not asked for a certificate",
                    "set admin.profile to a profile that verifies clients, or remove it");
        }
    }
}
