package io.sallyport.pki;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One DER element, just enough to tell kinds of key apart and to name algorithms without loading Bouncy Castle, which costs a
 * plain start more than all else in this package.
 *
 * @param tag the identifier octet
 * @param bytes what holds the element
 * @param start the identifier octet's place
 * @param from first octet of the content
 * @param to after the last octet of the content
 */
record Der(int tag, byte[] bytes, int start, int from, int to) {

    static final int BOOLEAN = 0x01;
    static final int INTEGER = 0x02;
    static final int OCTET_STRING = 0x04;
    static final int OID = 0x06;
    static final int UTF8_STRING = 0x0C;
    static final int SEQUENCE = 0x30;

    /**
     * The element at the start of {@code bytes}.
     *
     * @throws IllegalArgumentException if it isn't DER
     */
    static Der of(byte[] bytes) {
        return at(bytes, 0, bytes.length);
    }

    private static Der at(byte[] bytes, int start, int limit) {
        if (limit - start < 2) {
            throw new IllegalArgumentException("cut short");
        }
        int length = bytes[start + 1] & 0xFF;
        int from = start + 2;
        if (length > 0x80) {
            int octets = length - 0x80;
            if (octets > 4 || limit - from < octets) {
                throw new IllegalArgumentException("bad length");
            }
            length = new BigInteger(1, bytes, from, octets).intValue();
            from += octets;
        } else if (length == 0x80) {
            throw new IllegalArgumentException("indefinite length");
        }
        if (length < 0 || length > limit - from) {
            throw new IllegalArgumentException("cut short");
        }
        return new Der(bytes[start] & 0xFF, bytes, start, from, from + length);
    }

    /** The elements inside. */
    List<Der> children() {
        List<Der> children = new ArrayList<>();
        for (int at = from; at < to; ) {
            Der child = at(bytes, at, to);
            children.add(child);
            at = child.to;
        }
        return children;
    }

    byte[] content() {
        return Arrays.copyOfRange(bytes, from, to);
    }

    /** With tag and length, as it stood. */
    byte[] encoded() {
        return Arrays.copyOfRange(bytes, start, to);
    }

    /**
     * The content as a number of things.
     *
     * @throws IllegalArgumentException if it is negative
     */
    int count() {
        BigInteger value = new BigInteger(1, content());
        if (from == to || bytes[from] < 0) {
            throw new IllegalArgumentException("negative");
        }
        // More than that many certificates or policies there never are.
        return value.bitLength() > 30 ? Integer.MAX_VALUE : value.intValue();
    }

    boolean is(int wanted) {
        return tag == wanted;
    }

    /** The content as a dotted object identifier. */
    String oid() {
        StringBuilder text = new StringBuilder();
        BigInteger arc = BigInteger.ZERO;
        for (int at = from; at < to; at++) {
            arc = arc.shiftLeft(7).or(BigInteger.valueOf(bytes[at] & 0x7F));
            if ((bytes[at] & 0x80) == 0) {
                if (text.length() == 0) {
                    int first = arc.min(BigInteger.valueOf(80)).intValue() / 40;
                    text.append(first);
                    arc = arc.subtract(BigInteger.valueOf(40L * first));
                }
                text.append('.').append(arc);
                arc = BigInteger.ZERO;
            }
        }
        return text.toString();
    }

    @Override
    public String toString() {
        // The bytes may be a key.
        return "Der[tag " + tag + ", " + (to - from) + " octets]";
    }
}
