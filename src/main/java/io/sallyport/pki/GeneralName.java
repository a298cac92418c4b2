package io.sallyport.pki;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * One GeneralName of RFC 5280.
 *
 * @param kind the number of its context tag
 * @param octets what is inside that tag: text of e-mail, DNS and URI; 4 or 16 octets of IP (8 or 32 in a constraint); DER of the others
 */
record GeneralName(int kind, byte[] octets) {

    static final int OTHER = 0;
    static final int EMAIL = 1;
    static final int DNS = 2;
    static final int DIRECTORY = 4;
    static final int URI = 6;
    static final int IP = 7;

    private static final String[] LABELS = {
        "otherName", "email", "DNS", "x400Address", "directory name", "ediPartyName", "URI", "IP", "registered id"
    };

    /**
     * @throws IllegalArgumentException if it isn't one
     */
    static GeneralName of(Der der) {
        if ((der.tag() & 0xC0) != 0x80 || (der.tag() & 0x1F) > 8) {
            throw new IllegalArgumentException("not a GeneralName");
        }
        GeneralName name = new GeneralName(der.tag() & 0x1F, der.content());
        if (name.kind == OTHER) {
            List<Der> parts = der.children();
            if (parts.size() != 2 || !parts.get(0).is(Der.OID) || !parts.get(1).is(0xA0)) {
                throw new IllegalArgumentException("not an otherName");
            }
        }
        return name;
    }

    static List<GeneralName> list(Der sequence) {
        return sequence.children().stream().map(GeneralName::of).toList();
    }

    static GeneralName dns(String text) {
        return new GeneralName(DNS, text.getBytes(StandardCharsets.UTF_8));
    }

    static GeneralName email(String text) {
        return new GeneralName(EMAIL, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Of e-mail, DNS and URI. */
    String text() {
        return new String(octets, StandardCharsets.ISO_8859_1);
    }

    /** Of a directory name, whose tag is explicit since a Name is a CHOICE. */
    DistinguishedName directory() {
        return DistinguishedName.of(Der.of(octets));
    }

    String label() {
        return LABELS[kind];
    }

    /** For messages. */
    @Override
    public String toString() {
        return switch (kind) {
            case EMAIL, DNS, URI -> label() + ":" + Names.printable(text());
            case IP -> label() + ":" + address(octets);
            default -> label();
        };
    }

    private static String address(byte[] octets) {
        try {
            return InetAddress.getByAddress(octets).getHostAddress();
        } catch (UnknownHostException e) {
            return "of " + octets.length + " octets";
        }
    }
}
