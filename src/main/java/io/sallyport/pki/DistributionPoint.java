package io.sallyport.pki;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the CRL for a certificate is to be found (RFC 5280, section 4.2.1.13).
 *
 * @param point its name, or null where it has none
 * @param reasons for which the CRL there says who is revoked
 * @param crlIssuers who signs that CRL; empty: the certificate's issuer
 */
record DistributionPoint(@Nullable Name point, Reasons reasons, List<DistinguishedName> crlIssuers) {

    /** Which reasons for revoking are meant: the bits of ReasonFlags, bit n as {@code 1 << n}. */
    record Reasons(int bits) {

        static final Reasons NONE = new Reasons(0);
        static final Reasons ALL = new Reasons(0x1FE);

        static Reasons of(Der bitString) {
            byte[] content = bitString.content();
            int bits = 0;
            for (int bit = 1; bit <= 8; bit++) {
                int octet = 1 + bit / 8;
                if (octet < content.length && (content[octet] & (0x80 >> (bit % 8))) != 0) {
                    bits |= 1 << bit;
                }
            }
            return new Reasons(bits);
        }

        Reasons and(Reasons other) {
            return new Reasons(bits & other.bits);
        }

        Reasons or(Reasons other) {
            return new Reasons(bits | other.bits);
        }

        boolean isWithin(Reasons other) {
            return (bits & ~other.bits) == 0;
        }
    }

    /**
     * The name of a distribution point.
     *
     * @param full names of any kind; empty with a relative one
     * @param relative an RDN under the name of the CRL's issuer, or null
     */
    record Name(List<GeneralName> full, @Nullable Der relative) {

        /**
         * @param explicit the tag around the CHOICE
         */
        static Name of(Der explicit) {
            Der choice = explicit.children().get(0);
            return choice.is(0xA0) ? new Name(GeneralName.list(choice), null) : new Name(List.of(), choice);
        }

        /** Whether both name one point; relative ones go under the name of their issuer. */
        boolean matches(Name other, List<DistinguishedName> otherIssuers, DistinguishedName issuer) {
            DistinguishedName ours = relative == null ? null : issuer.with(relative);
            if (other.relative == null) {
                return ours == null
                        ? full.stream().anyMatch(a -> other.full.stream().anyMatch(b -> same(a, b)))
                        : other.full.stream().anyMatch(b -> names(b, ours));
            }
            Der theirs = other.relative;
            return otherIssuers.stream()
                    .map(name -> name.with(theirs))
                    .anyMatch(name -> ours == null ? full.stream().anyMatch(a -> names(a, name)) : ours.equals(name));
        }

        private static boolean same(GeneralName a, GeneralName b) {
            return a.kind() == b.kind()
                    && (Arrays.equals(a.octets(), b.octets())
                            || (a.kind() == GeneralName.DIRECTORY && names(b, a.directory())));
        }

        private static boolean names(GeneralName generalName, DistinguishedName name) {
            return generalName.kind() == GeneralName.DIRECTORY
                    && generalName.directory().equals(name);
        }
    }

    static List<DistributionPoint> list(Der sequence) {
        return sequence.children().stream().map(DistributionPoint::of).toList();
    }

    private static DistributionPoint of(Der sequence) {
        Name point = null;
        Reasons reasons = Reasons.ALL;
        List<DistinguishedName> issuers = List.of();
        for (Der part : sequence.children()) {
            switch (part.tag()) {
                case 0xA0 -> point = Name.of(part);
                case 0x81 -> reasons = Reasons.of(part);
                case 0xA2 ->
                    issuers = GeneralName.list(part).stream()
                            .filter(name -> name.kind() == GeneralName.DIRECTORY)
                            .map(GeneralName::directory)
                            .toList();
                default -> throw new IllegalArgumentException("not a distribution point");
            }
        }
        return new DistributionPoint(point, reasons, issuers);
    }
}
