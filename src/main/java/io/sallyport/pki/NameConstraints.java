package io.sallyport.pki;

import java.util.ArrayList;
import java.util.List;

/**
 * The nameConstraints extension of a CA: which names the certificates under it may have (RFC 5280, section 4.2.1.10).
 *
 * @param permitted where one of a kind of name stands here, each name of that kind must lie in one of them
 * @param excluded no name may lie in one of these
 */
record NameConstraints(List<NameSubtree> permitted, List<NameSubtree> excluded) {

    /** What a name was found to be; the numbers are OpenSSL's. */
    enum Finding {
        FINE(0, ""),
        NOT_PERMITTED(47, "lies in none of the permitted subtrees"),
        EXCLUDED(48, "lies in an excluded subtree"),
        BAD_SUBTREE(49, "is constrained by a subtree with minimum or maximum, which RFC 5280 rules out"),
        UNSUPPORTED_KIND(51, "is constrained in a way that isn't understood here"),
        MALFORMED_CONSTRAINT(52, "is constrained by a malformed subtree"),
        MALFORMED_NAME(53, "is malformed, and names of its kind are constrained");

        private final int number;
        private final String text;

        Finding(int number, String text) {
            this.number = number;
            this.text = text;
        }

        int number() {
            return number;
        }

        String text() {
            return text;
        }
    }

    static NameConstraints of(Der sequence) {
        List<NameSubtree> permitted = new ArrayList<>();
        List<NameSubtree> excluded = new ArrayList<>();
        for (Der part : sequence.children()) {
            List<NameSubtree> list = switch (part.tag()) {
                case 0xA0 -> permitted;
                case 0xA1 -> excluded;
                default -> throw new IllegalArgumentException("not name constraints");
            };
            part.children().forEach(subtree -> list.add(NameSubtree.of(subtree)));
        }
        return new NameConstraints(List.copyOf(permitted), List.copyOf(excluded));
    }

    int size() {
        return permitted.size() + excluded.size();
    }

    Finding check(GeneralName name) {
        ConstrainedName constrained = new ConstrainedName(name);
        boolean asked = false;
        boolean inside = false;
        for (NameSubtree subtree : permitted) {
            if (subtree.concerns(constrained)) {
                Finding finding = subtree.contains(constrained, false);
                if (finding != Finding.FINE && finding != Finding.NOT_PERMITTED) {
                    return finding;
                }
                asked = true;
                inside |= finding == Finding.FINE;
            }
        }
        if (asked && !inside) {
            return Finding.NOT_PERMITTED;
        }
        for (NameSubtree subtree : excluded) {
            if (subtree.concerns(constrained)) {
                Finding finding = subtree.contains(constrained, true);
                if (finding != Finding.NOT_PERMITTED) {
                    return finding == Finding.FINE ? Finding.EXCLUDED : finding;
                }
            }
        }
        return Finding.FINE;
    }
}
