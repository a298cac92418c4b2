package io.sallyport.pki;

/**
 * What is known of revoked certificates, and what is asked of that knowledge.
 *
 * @param crls the CRLs
 * @param extent whose status must be known
 * @param policy what happens where it isn't
 */
public record Revocation(CrlSet crls, Extent extent, Policy policy) {

    /** No certificate's status is asked. */
    public static final Revocation NONE = new Revocation(CrlSet.EMPTY, Extent.NONE, Policy.HARD);

    /** Whose status must be known. */
    public enum Extent {
        NONE,
        /** The leaf's. */
        LEAF,
        /** That of every certificate below the anchor. */
        ALL
    }

    /** What happens where a status isn't known. */
    public enum Policy {
        /** The chain is refused if a CRL is missing, or isn't valid at the time. */
        HARD,
        /**
         * A missing CRL is passed over. One that is out of date still counts for those it lists: a certificate, once revoked, stays so.
         * A CRL with a wrong signature is refused as with hard.
         */
        SOFT
    }

    /** The status of every certificate below the anchor, from these CRLs. */
    public static Revocation of(CrlSet crls, Policy policy) {
        return new Revocation(crls, Extent.ALL, policy);
    }
}
