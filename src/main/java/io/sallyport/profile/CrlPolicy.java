package io.sallyport.profile;

/** What happens where the CRLs at hand don't tell whether a certificate is revoked. */
public enum CrlPolicy {
    /** The peer is refused. */
    HARD("hard"),
    /** The peer is let in. Whom a CRL lists is refused all the same, also where the CRL is out of date. */
    SOFT("soft");

    private final String label;

    CrlPolicy(String label) {
        this.label = label;
    }

    /** As the operator writes it. */
    public String label() {
        return label;
    }
}
