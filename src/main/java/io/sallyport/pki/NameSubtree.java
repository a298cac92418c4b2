package io.sallyport.pki;

import io.sallyport.pki.NameConstraints.Finding;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One subtree of names.
 *
 * @param base its root
 * @param text of the base, in lower case, where that is text
 * @param directory of the base, where that is a directory name
 * @param bounded whether it has a minimum or maximum, which must not be
 */
record NameSubtree(GeneralName base, String text, @Nullable DistinguishedName directory, boolean bounded) {

    static NameSubtree of(Der sequence) {
        List<Der> parts = sequence.children();
        GeneralName base = GeneralName.of(parts.get(0));
        boolean bounded = parts.stream()
                .skip(1)
                // A minimum of 0 is the default, which DER leaves out but some write.
                .anyMatch(part -> !part.is(0x80) || part.count() != 0);
        return new NameSubtree(
                base,
                base.text().toLowerCase(Locale.ROOT),
                base.kind() == GeneralName.DIRECTORY ? base.directory() : null,
                bounded);
    }

    boolean concerns(ConstrainedName name) {
        return name.kind() == base.kind();
    }

    /**
     * Whether the name lies in it.
     *
     * @param exclude asked on behalf of an exclusion: a wildcard then lies in it if one of the names it stands for does
     * @return FINE, NOT_PERMITTED for one that doesn't, or why there is no answer
     */
    Finding contains(ConstrainedName name, boolean exclude) {
        if (bounded) {
            return Finding.BAD_SUBTREE;
        }
        if (name.malformed()) {
            return Finding.MALFORMED_NAME;
        }
        boolean inside = switch (base.kind()) {
            case GeneralName.DIRECTORY ->
                Objects.requireNonNull(name.directory()).isWithin(Objects.requireNonNull(directory));
            case GeneralName.DNS -> dns(name.host()) || (exclude && wildcard(name.host()));
            case GeneralName.EMAIL -> email(name);
            case GeneralName.URI -> host(name.host());
            case GeneralName.IP -> ip(name.octets());
            default -> false;
        };
        if (base.kind() == GeneralName.IP && base.octets().length != 8 && base.octets().length != 32) {
            return Finding.MALFORMED_CONSTRAINT;
        }
        return switch (base.kind()) {
            case GeneralName.DIRECTORY, GeneralName.DNS, GeneralName.EMAIL, GeneralName.URI, GeneralName.IP ->
                inside ? Finding.FINE : Finding.NOT_PERMITTED;
            default -> Finding.UNSUPPORTED_KIND;
        };
    }

    /** {@code host.test} contains itself and all below it; with a leading dot only what is below; empty contains all. */
    private boolean dns(String host) {
        if (text.isEmpty() || host.equals(text)) {
            return true;
        }
        return host.endsWith(text.startsWith(".") ? text : "." + text);
    }

    /** {@code *.host.test} stands for {@code bad.host.test} too, where that is excluded. */
    private boolean wildcard(String host) {
        int dot = text.indexOf('.');
        return host.startsWith("*.") && dot >= 0 && text.substring(dot).equals(host.substring(1));
    }

    /** A mailbox contains itself, a host all its mailboxes, a leading dot those of all hosts below. */
    private boolean email(ConstrainedName name) {
        int at = base.text().lastIndexOf('@');
        if (at > 0) {
            // The local part counts letter by letter.
            int theirs = name.text().lastIndexOf('@');
            return base.text().substring(0, at).equals(name.text().substring(0, theirs))
                    && text.substring(at + 1).equals(name.host());
        }
        return text.isEmpty() || host(name.host());
    }

    private boolean host(String host) {
        return text.startsWith(".") ? host.endsWith(text) && host.length() > text.length() : host.equals(text);
    }

    private boolean ip(byte[] address) {
        byte[] range = base.octets();
        if (range.length != 2 * address.length) {
            return false;
        }
        for (int i = 0; i < address.length; i++) {
            if (((address[i] ^ range[i]) & range[address.length + i]) != 0) {
                return false;
            }
        }
        return true;
    }
}
