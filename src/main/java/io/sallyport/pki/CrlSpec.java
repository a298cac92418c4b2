package io.sallyport.pki;

import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a CRL to be issued shall say.
 *
 * @param thisUpdate from when it holds
 * @param nextUpdate when the next one will be there
 * @param number grows with each CRL of an issuer
 * @param base number of the complete CRL that this delta brings up to date, or null for a complete one
 * @param revoked its entries
 */
public record CrlSpec(
        Instant thisUpdate,
        Instant nextUpdate,
        BigInteger number,
        @Nullable BigInteger base,
        List<Revoked> revoked) {

    /** Reasons for revoking, with the numbers of RFC 5280. */
    public enum Reason {
        UNSPECIFIED(0),
        KEY_COMPROMISE(1),
        CA_COMPROMISE(2),
        AFFILIATION_CHANGED(3),
        SUPERSEDED(4),
        CESSATION_OF_OPERATION(5),
        CERTIFICATE_HOLD(6),
        REMOVE_FROM_CRL(8),
        PRIVILEGE_WITHDRAWN(9);

        private final int number;

        Reason(int number) {
            this.number = number;
        }

        int number() {
            return number;
        }
    }

    /** One entry. */
    public record Revoked(BigInteger serial, Instant at, Reason reason) {}

    public CrlSpec {
        revoked = List.copyOf(revoked);
    }

    /** A complete CRL without entries, from now. */
    public static CrlSpec validUntil(Instant nextUpdate) {
        return new CrlSpec(Instant.now(), nextUpdate, BigInteger.ONE, null, List.of());
    }

    public CrlSpec withUpdates(Instant thisOne, Instant nextOne) {
        return new CrlSpec(thisOne, nextOne, number, base, revoked);
    }

    public CrlSpec withNumber(long changed) {
        return new CrlSpec(thisUpdate, nextUpdate, BigInteger.valueOf(changed), base, revoked);
    }

    /** Makes it a delta. */
    public CrlSpec withBase(long changed) {
        return new CrlSpec(thisUpdate, nextUpdate, number, BigInteger.valueOf(changed), revoked);
    }

    /** Adds an entry. */
    public CrlSpec revoke(BigInteger serial, Instant at, Reason reason) {
        List<Revoked> more = new ArrayList<>(revoked);
        more.add(new Revoked(serial, at, reason));
        return new CrlSpec(thisUpdate, nextUpdate, number, base, more);
    }
}
