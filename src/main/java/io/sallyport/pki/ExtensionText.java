package io.sallyport.pki;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/** What an extension says, in words; in hexadecimal digits where it is unknown or can't be read. */
final class ExtensionText {

    private static final String[] KEY_USAGES = {
        "digitalSignature",
        "nonRepudiation",
        "keyEncipherment",
        "dataEncipherment",
        "keyAgreement",
        "keyCertSign",
        "cRLSign",
        "encipherOnly",
        "decipherOnly"
    };

    private static final HexFormat COLONS = HexFormat.ofDelimiter(":").withUpperCase();
    private static final int LONGEST_HEX = 64;

    private ExtensionText() {}

    /**
     * @param value its DER, without the OCTET STRING around it
     */
    static List<String> of(String oid, byte[] value) {
        try {
            List<String> lines = known(oid, Der.of(value));
            return lines.stream().map(Names::printable).toList();
        } catch (RuntimeException e) {
            return List.of("can't be read: " + hex(value));
        }
    }

    private static List<String> known(String oid, Der value) {
        return switch (oid) {
            case CertExtensions.SUBJECT_KEY_ID -> List.of(COLONS.formatHex(value.content()));
            case CertExtensions.KEY_USAGE -> keyUsages(value);
            case CertExtensions.SUBJECT_ALT_NAME, "2.5.29.18" -> names(value);
            case CertExtensions.BASIC_CONSTRAINTS -> basicConstraints(value);
            case CertExtensions.EXTENDED_KEY_USAGE ->
                value.children().stream()
                        .map(use -> Purpose.labels(List.of(use.oid())))
                        .toList();
            case CertExtensions.CERTIFICATE_POLICIES ->
                value.children().stream()
                        .map(policy ->
                                ObjectNames.policy(policy.children().get(0).oid()))
                        .toList();
            case CertExtensions.AUTHORITY_KEY_ID -> authorityKeyId(value);
            case CertExtensions.CRL_DISTRIBUTION_POINTS, CertExtensions.FRESHEST_CRL -> distributionPoints(value);
            case CertExtensions.NAME_CONSTRAINTS -> nameConstraints(value);
            case ObjectNames.AUTHORITY_INFO -> authorityInfo(value);
            case ObjectNames.SCT_LIST -> timestamps(value.content());
            case ObjectNames.TLS_FEATURE ->
                value.children().stream()
                        .map(f -> f.count() == 5 ? "status_request (must staple)" : "feature " + f.count())
                        .toList();
            case CertExtensions.OCSP_NO_CHECK -> List.of("the responder itself isn't checked");
            case CertExtensions.INHIBIT_ANY_POLICY, "2.5.29.20", "2.5.29.27" ->
                List.of(new java.math.BigInteger(value.content()).toString());
            default -> List.of(hex(value.encoded()));
        };
    }

    static List<String> keyUsages(Der bits) {
        byte[] content = bits.content();
        List<String> set = new ArrayList<>();
        for (int bit = 0; bit < KEY_USAGES.length; bit++) {
            int octet = 1 + bit / 8;
            if (octet < content.length && (content[octet] & (0x80 >> (bit % 8))) != 0) {
                set.add(KEY_USAGES[bit]);
            }
        }
        return set.isEmpty() ? List.of("nothing") : set;
    }

    static List<String> names(Der sequence) {
        return GeneralName.list(sequence).stream().map(ExtensionText::name).toList();
    }

    private static String name(GeneralName name) {
        if (name.kind() == GeneralName.DIRECTORY) {
            return "DirName:"
                    + ObjectNames.name(new javax.security.auth.x500.X500Principal(
                            Der.of(name.octets()).encoded()));
        }
        return name.toString();
    }

    private static List<String> basicConstraints(Der sequence) {
        List<Der> parts = sequence.children();
        boolean ca =
                !parts.isEmpty() && parts.get(0).is(Der.BOOLEAN) && parts.get(0).content()[0] != 0;
        Der last = parts.isEmpty() ? sequence : parts.get(parts.size() - 1);
        return last.is(Der.INTEGER) ? List.of("CA:" + ca, "pathlen:" + last.count()) : List.of("CA:" + ca);
    }

    private static List<String> authorityKeyId(Der sequence) {
        List<String> lines = new ArrayList<>();
        for (Der part : sequence.children()) {
            switch (part.tag()) {
                case 0x80 -> lines.add(COLONS.formatHex(part.content()));
                case 0xA1 -> lines.addAll(names(part));
                case 0x82 -> lines.add("serial:" + COLONS.formatHex(part.content()));
                default -> throw new IllegalArgumentException("not an authority key identifier");
            }
        }
        return lines;
    }

    private static List<String> distributionPoints(Der sequence) {
        List<String> lines = new ArrayList<>();
        for (DistributionPoint point : DistributionPoint.list(sequence)) {
            DistributionPoint.Name name = point.point();
            if (name != null) {
                name.full().forEach(full -> lines.add(name(full)));
            }
        }
        return lines.isEmpty() ? List.of(sequence.children().size() + " without a full name") : lines;
    }

    private static List<String> nameConstraints(Der sequence) {
        List<String> lines = new ArrayList<>();
        for (Der part : sequence.children()) {
            String what = part.is(0xA0) ? "permitted " : "excluded ";
            for (Der subtree : part.children()) {
                lines.add(what + name(GeneralName.of(subtree.children().get(0))));
            }
        }
        return lines;
    }

    private static List<String> authorityInfo(Der sequence) {
        List<String> lines = new ArrayList<>();
        for (Der access : sequence.children()) {
            String method = access.children().get(0).oid();
            String label = switch (method) {
                case "1.3.6.1.5.5.7.48.1" -> "OCSP";
                case "1.3.6.1.5.5.7.48.2" -> "CA issuers";
                default -> method;
            };
            lines.add(label + " " + name(GeneralName.of(access.children().get(1))));
        }
        return lines;
    }

    /** RFC 6962, section 3.3: a list with two octets of length, of entries with two octets of length. */
    private static List<String> timestamps(byte[] list) {
        ByteBuffer in = ByteBuffer.wrap(list);
        in.getShort();
        List<String> lines = new ArrayList<>();
        while (in.hasRemaining()) {
            ByteBuffer sct = in.slice(in.position() + 2, in.getShort(in.position()) & 0xFFFF);
            in.position(in.position() + 2 + sct.capacity());
            sct.get();
            byte[] log = new byte[32];
            sct.get(log);
            lines.add(Instant.ofEpochMilli(sct.getLong()) + " by log "
                    + HexFormat.of().formatHex(log));
        }
        return lines;
    }

    private static String hex(byte[] value) {
        return value.length <= LONGEST_HEX
                ? COLONS.formatHex(value)
                : COLONS.formatHex(Arrays.copyOf(value, LONGEST_HEX)) + "… (" + value.length + " bytes)";
    }
}
