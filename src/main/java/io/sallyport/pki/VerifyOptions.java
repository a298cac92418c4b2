package io.sallyport.pki;

import java.util.Set;

/**
 * How strictly chains are verified. Start with {@link #of}, then change what differs.
 *
 * @param depth intermediates allowed between leaf and anchor
 * @param purpose of the leaf
 * @param level OpenSSL's security level, 0 to 5: the least strength of keys and signatures
 * @param partialChain whether any trusted certificate ends a path, not a self-signed one only
 * @param strict whether each certificate must obey RFC 5280 to the letter: OpenSSL's {@code -x509_strict}
 * @param checkTime whether dates count
 * @param commonNames whether a common name may be the host's name where the certificate has no DNS name
 * @param policy what is asked of certificate policies
 * @param revocation which revoked certificates are known, and what is asked of that knowledge
 */
public record VerifyOptions(
        int depth,
        Purpose purpose,
        int level,
        boolean partialChain,
        boolean strict,
        boolean checkTime,
        boolean commonNames,
        PolicyInput policy,
        Revocation revocation) {

    /** 112 bits: RSA of 2048 bits, SHA-224. Below it, keys and signatures have been forged or soon may be. */
    public static final int DEFAULT_LEVEL = 2;

    /** The object identifier that stands for every policy. */
    public static final String ANY_POLICY = Policies.ANY_POLICY;

    /**
     * The inputs of RFC 5280, section 6.1.1, (c) to (g).
     *
     * @param accepted object identifiers; empty: any
     */
    public record PolicyInput(
            Set<String> accepted, boolean requireExplicit, boolean inhibitAny, boolean inhibitMapping) {

        /** What the certificates of the chain ask for themselves, and no more. */
        public static final PolicyInput DEFAULT = new PolicyInput(Set.of(), false, false, false);

        public PolicyInput {
            accepted = Set.copyOf(accepted);
        }

        boolean acceptsAny() {
            return accepted.isEmpty() || accepted.contains(Policies.ANY_POLICY);
        }
    }

    public VerifyOptions {
        if (depth < 0) {
            throw new IllegalArgumentException("depth is " + depth + "; it can't be negative");
        }
        if (level < 0 || level > 5) {
            throw new IllegalArgumentException("level is " + level + "; expected 0 to 5");
        }
    }

    /** The gateway's way: level 2, an intermediate may be the anchor, dates count, no revocation. */
    public static VerifyOptions of(int depth, Purpose purpose) {
        return new VerifyOptions(
                depth, purpose, DEFAULT_LEVEL, true, false, true, false, PolicyInput.DEFAULT, Revocation.NONE);
    }

    public VerifyOptions withDepth(int changed) {
        return new VerifyOptions(
                changed, purpose, level, partialChain, strict, checkTime, commonNames, policy, revocation);
    }

    public VerifyOptions withPurpose(Purpose changed) {
        return new VerifyOptions(
                depth, changed, level, partialChain, strict, checkTime, commonNames, policy, revocation);
    }

    public VerifyOptions withLevel(int changed) {
        return new VerifyOptions(
                depth, purpose, changed, partialChain, strict, checkTime, commonNames, policy, revocation);
    }

    public VerifyOptions withPartialChain(boolean changed) {
        return new VerifyOptions(depth, purpose, level, changed, strict, checkTime, commonNames, policy, revocation);
    }

    public VerifyOptions withStrict(boolean changed) {
        return new VerifyOptions(
                depth, purpose, level, partialChain, changed, checkTime, commonNames, policy, revocation);
    }

    public VerifyOptions withCheckTime(boolean changed) {
        return new VerifyOptions(depth, purpose, level, partialChain, strict, changed, commonNames, policy, revocation);
    }

    public VerifyOptions withCommonNames(boolean changed) {
        return new VerifyOptions(depth, purpose, level, partialChain, strict, checkTime, changed, policy, revocation);
    }

    public VerifyOptions withPolicy(PolicyInput changed) {
        return new VerifyOptions(
                depth, purpose, level, partialChain, strict, checkTime, commonNames, changed, revocation);
    }

    public VerifyOptions withRevocation(Revocation changed) {
        return new VerifyOptions(depth, purpose, level, partialChain, strict, checkTime, commonNames, policy, changed);
    }
}
