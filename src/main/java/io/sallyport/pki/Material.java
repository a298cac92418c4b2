package io.sallyport.pki;

import io.sallyport.fault.Mistake;
import io.sallyport.fault.MistakesException;
import io.sallyport.profile.Profile;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a profile's files hold, read and checked against each other.
 *
 * @param credential certificate chain and key, or null where the profile shows none
 * @param anchors the CA certificates, or null with {@code verify: none}
 * @param revocation what the CRLs say, {@link Revocation#NONE} without
 */
public record Material(
        @Nullable Credential credential, @Nullable TrustAnchors anchors, Revocation revocation) {

    /**
     * What reading a profile's files brought.
     *
     * @param material null if there is an error among the mistakes
     * @param mistakes errors and warnings, in the order in which they were found
     */
    public record Reading(@Nullable Material material, List<Mistake> mistakes) {

        /**
         * @throws MistakesException if there is an error
         */
        public Material orThrow() throws MistakesException {
            if (material == null) {
                throw new MistakesException(mistakes);
            }
            return material;
        }
    }

    /**
     * Reads the files of a profile.
     *
     * @throws MistakesException with all that is wrong with them
     */
    public static Material load(Profile profile) throws MistakesException {
        return read(profile, Instant.now()).orThrow();
    }

    /** All that is wrong or doubtful with the files of a profile; empty if nothing is. */
    public static List<Mistake> check(Profile profile) {
        return read(profile, Instant.now()).mistakes();
    }

    /**
     * Reads the files of a profile, and keeps errors and warnings apart from what was read.
     *
     * @param now judges what is expired
     */
    public static Reading read(Profile profile, Instant now) {
        Findings findings = new Findings("sallyport.profiles." + profile.name() + ".");
        Credential credential =
                profile.own() == null ? null : new CredentialLoader(profile.own(), now, findings).load();
        String ca = profile.trust().ca();
        TrustAnchors anchors = ca == null ? null : new AnchorsLoader(now, findings).load(ca);
        Revocation revocation =
                new CrlLoader(now, findings).load(profile.trust().crls());
        return new Reading(findings.hasErrors() ? null : new Material(credential, anchors, revocation), findings.all());
    }
}
