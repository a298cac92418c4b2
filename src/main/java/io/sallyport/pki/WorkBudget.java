package io.sallyport.pki;

import io.sallyport.fault.Refusal;

/**
 * The most work that one verification does, counted in steps and not in time, so that a hostile chain gets the same answer on a busy
 * machine. No chain that anyone issued in earnest comes near the bounds.
 */
final class WorkBudget {

    /** As Go's; a chain of ten with two candidates for each issuer needs twenty. */
    private static final int SIGNATURES = 100;

    private static final int STEPS = 1000;

    /** OpenSSL's bound of names times constraints; here for all certificates of all paths together. */
    private static final long NAME_COMPARISONS = 1 << 20;

    private final Cert leaf;
    private int signatures;
    private int steps;
    private long comparisons;

    WorkBudget(Cert leaf) {
        this.leaf = leaf;
    }

    void signature() throws RefusedException {
        spend(++signatures <= SIGNATURES, "more than " + SIGNATURES + " signatures to check");
    }

    void step() throws RefusedException {
        spend(++steps <= STEPS, "more than " + STEPS + " possible issuers to try");
    }

    void comparisons(long count) throws RefusedException {
        comparisons += count;
        spend(comparisons <= NAME_COMPARISONS, "more than " + NAME_COMPARISONS + " names and constraints to compare");
    }

    private void spend(boolean enough, String what) throws RefusedException {
        if (!enough) {
            throw new RefusedException(Refusal.CHAIN_TOO_COMPLEX, 0, leaf, "has a chain with " + what);
        }
    }
}
