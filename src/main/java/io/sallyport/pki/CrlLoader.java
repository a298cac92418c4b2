package io.sallyport.pki;

import io.sallyport.profile.CrlPolicy;
import io.sallyport.profile.Profile;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Reads the CRLs of a profile. */
final class CrlLoader {

    private final Instant now;
    private final Findings findings;

    CrlLoader(Instant now, Findings findings) {
        this.now = now;
        this.findings = findings;
    }

    /** What is known of revoked certificates; nothing where an error was found. */
    Revocation load(Profile.@Nullable Crls crls) {
        if (crls == null) {
            return Revocation.NONE;
        }
        CrlSet set = findings.attempt("crl", () -> CrlSet.load(crls.path()));
        if (set == null) {
            return Revocation.NONE;
        }
        for (String warning : set.warnings(now)) {
            findings.warning("crl", crls.path() + ": " + warning, "put its issuer's current CRL there");
        }
        return Revocation.of(set, crls.policy() == CrlPolicy.HARD ? Revocation.Policy.HARD : Revocation.Policy.SOFT);
    }
}
