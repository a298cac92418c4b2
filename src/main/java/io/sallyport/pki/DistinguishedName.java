package io.sallyport.pki;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A name as RFC 5280, section 7.1, compares it: case and runs of spaces don't count, nor does the kind of string. The JDK's own
 * comparison takes only two kinds of string so; chains whose CA changed from T61String to UTF8String would break with it.
 */
final class DistinguishedName {

    static final String COMMON_NAME = "2.5.4.3";
    static final String ORGANIZATIONAL_UNIT = "2.5.4.11";
    static final String EMAIL_ADDRESS = "1.2.840.113549.1.9.1";

    private static final int IA5_STRING = 22;

    /**
     * One attribute.
     *
     * @param text its value, or null where it isn't a string
     */
    record Attribute(String oid, int tag, @Nullable String text) {
        boolean isIa5() {
            return tag == IA5_STRING;
        }
    }

    private final List<String> rdns;
    private final List<Attribute> attributes;

    private DistinguishedName(List<String> rdns, List<Attribute> attributes) {
        this.rdns = List.copyOf(rdns);
        this.attributes = List.copyOf(attributes);
    }

    /**
     * @throws IllegalArgumentException if it isn't a Name
     */
    static DistinguishedName of(Der name) {
        List<String> rdns = new ArrayList<>();
        List<Attribute> attributes = new ArrayList<>();
        for (Der rdn : name.children()) {
            rdns.add(rdn(rdn, attributes));
        }
        return new DistinguishedName(rdns, attributes);
    }

    /** This name with one more RDN at its end: what nameRelativeToCRLIssuer means. */
    DistinguishedName with(Der rdn) {
        List<String> longer = new ArrayList<>(rdns);
        List<Attribute> more = new ArrayList<>(attributes);
        longer.add(rdn(rdn, more));
        return new DistinguishedName(longer, more);
    }

    private static String rdn(Der rdn, List<Attribute> attributes) {
        List<String> parts = new ArrayList<>();
        for (Der attribute : rdn.children()) {
            List<Der> pair = attribute.children();
            if (pair.size() != 2) {
                throw new IllegalArgumentException("an attribute is a pair");
            }
            Der value = pair.get(1);
            String oid = pair.get(0).oid();
            String text = text(value);
            attributes.add(new Attribute(oid, value.tag(), text));
            String canonical = text == null
                    ? "#" + value.tag() + HexFormat.of().formatHex(value.content())
                    : text.strip().replaceAll("\\s+", " ").toLowerCase(Locale.ROOT);
            // With its length in front no value can pass for two.
            parts.add(oid + "=" + canonical.length() + ":" + canonical);
        }
        parts.sort(null);
        return String.join("+", parts);
    }

    private static @Nullable String text(Der value) {
        Charset charset = switch (value.tag()) {
            case 12, 18, 19, IA5_STRING, 26 -> StandardCharsets.UTF_8;
            case 20 -> StandardCharsets.ISO_8859_1;
            case 28 -> Charset.forName("UTF-32BE");
            case 30 -> StandardCharsets.UTF_16BE;
            default -> null;
        };
        if (charset == null) {
            return null;
        }
        try {
            return charset.newDecoder().decode(ByteBuffer.wrap(value.content())).toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }

    boolean isEmpty() {
        return rdns.isEmpty();
    }

    /** Whether this name lies in the subtree under {@code base}. */
    boolean isWithin(DistinguishedName base) {
        return rdns.size() >= base.rdns.size()
                && rdns.subList(0, base.rdns.size()).equals(base.rdns);
    }

    /** The attributes of one type, in the order of the name. */
    List<Attribute> attributes(String oid) {
        return attributes.stream().filter(a -> a.oid().equals(oid)).toList();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof DistinguishedName name && rdns.equals(name.rdns);
    }

    @Override
    public int hashCode() {
        return rdns.hashCode();
    }

    @Override
    public String toString() {
        return String.join(",", rdns);
    }
}
