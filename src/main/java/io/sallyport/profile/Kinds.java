package io.sallyport.profile;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The kinds of value that the configuration has. The words are taken as written: YAML's own ideas of them don't apply. */
final class Kinds {

    private static final Pattern DURATION = Pattern.compile("(\\d{1,12})(ms|s|m|h|d)");
    private static final Pattern CIPHERS = Pattern.compile("[\\x21-\\x7e]([\\x20-\\x7e]*[\\x21-\\x7e])?");
    private static final Pattern TLS13_SUITE = Pattern.compile("TLS_(AES|CHACHA20)_\\w+");
    private static final Pattern SIZE = Pattern.compile("([1-9]\\d{0,11})([kmg]?)");
    private static final Pattern BARE_PORT = Pattern.compile("(?:\\*?:)?(\\d{1,5})");
    private static final int MAX_TIMES = 100;
    private static final int KIB = 1024;
    private static final int A_MILLION = 1_000_000;
    private static final Duration LONGEST = Duration.ofDays(365);

    /** What people write for a word, with the word. */
    private static final Map<String, String> MEANT = Map.ofEntries(
            Map.entry("prime256v1", "P-256"),
            Map.entry("secp256r1", "P-256"),
            Map.entry("secp384r1", "P-384"),
            Map.entry("secp521r1", "P-521"),
            Map.entry("tls1.2", "TLSv1.2"),
            Map.entry("1.2", "TLSv1.2"),
            Map.entry("tlsv1_2", "TLSv1.2"),
            Map.entry("tls1.3", "TLSv1.3"),
            Map.entry("1.3", "TLSv1.3"),
            Map.entry("tlsv1_3", "TLSv1.3"),
            Map.entry("off", "none"),
            Map.entry("no", "none"),
            Map.entry("false", "none"),
            Map.entry("true", "required"),
            Map.entry("yes", "required"),
            Map.entry("on", "required"));

    static final Kind<Path> PATH = Kind.one("the path of a file", Kinds::path);
    static final Kind<Path> FILE_OR_DIRECTORY = Kind.one("the path of a file or a directory", Kinds::path);
    static final Kind<String> CA = Kind.one("the path of a file or a directory, or system", text -> {
        path(text);
        return text;
    });
    static final Kind<Boolean> BOOLEAN = Kind.one("true or false", Kinds::bool);
    static final Kind<Set<ProxyProtocol.Version>> PROXY_ACCEPTED = Kind.one("v1, v2 or any", word(proxyVersions()));
    static final Kind<ProxyProtocol.Version> PROXY_SENT =
            Kind.one("v1 or v2", word(byLabel(ProxyProtocol.Version.values(), version -> "v" + version.number())));
    static final Kind<List<Network>> NETWORKS =
            nonEmpty(Kind.list("a list of networks such as 10.0.0.0/8", Network::parse));
    static final Kind<VerifyMode> VERIFY =
            Kind.one("none, optional or required", word(byLabel(VerifyMode.values(), VerifyMode::label)));
    static final Kind<CrlPolicy> CRL_POLICY =
            Kind.one("hard or soft", word(byLabel(CrlPolicy.values(), CrlPolicy::label)));
    static final Kind<OcspCheck.Mode> OCSP_MODE =
            Kind.one("off, soft or hard", word(byLabel(OcspCheck.Mode.values(), OcspCheck.Mode::label)));
    static final Kind<URI> HTTP_URL = Kind.one("an http or https address", Kinds::httpUrl);
    static final Kind<Integer> CONNECTIONS = Kind.one("a whole number from 1 to 1000000", Kinds::upToAMillion);
    static final Kind<Long> BYTE_RATE = Kind.one("a number of bytes such as 64k, 10m, 1g", Kinds::byteRate);
    static final Kind<Integer> DEPTH = Kind.one("a whole number from 0 to 100", Kinds::depth);
    static final Kind<String> CIPHER_STRING = Kind.one("an OpenSSL cipher string", Kinds::ciphers);
    static final Kind<List<Protocol>> PROTOCOLS = nonEmpty(Kind.list("a list of TLSv1.2 and TLSv1.3", Kinds::protocol));
    static final Kind<List<String>> GROUPS =
            nonEmpty(Kind.list("a list of " + String.join(", ", Profile.KNOWN_GROUPS), word(Profile.KNOWN_GROUPS)));
    static final Kind<List<String>> ALPN = Kind.list("a list of names, each 1 to 255 bytes", Kinds::alpn);
    static final Kind<String> HOST_NAME = Kind.one("a host name", Kinds::hostName);
    static final Kind<String> HOST_NAME_OR_IP = Kind.one("a host name or an IP address", Kinds::hostNameOrIp);
    static final Kind<Address> LISTEN_ADDRESS = Kind.one("an address to listen on, host:port", Kinds::listenAddress);
    static final Kind<Address> ADMIN_ADDRESS = Kind.one("an address to listen on, host:port", Kinds::adminAddress);
    static final Kind<List<Upstream>> UPSTREAMS =
            distinct(nonEmpty(Kind.list("a list of addresses, host:port", Upstream::parse)));
    static final Kind<Balancing.Method> BALANCING = Kind.one(
            "in-order, round-robin, least-connections, hash-address or hash-identity",
            word(byLabel(Balancing.Method.values(), Balancing.Method::label)));
    static final Kind<List<String>> SERVER_NAMES =
            nonEmpty(Kind.list("a list of host names, or *. and a host name", Kinds::serverName));
    static final Kind<Route.Unmatched> UNMATCHED =
            Kind.one("connect or refuse", word(byLabel(Route.Unmatched.values(), Route.Unmatched::label)));
    static final Kind<String> NAME = Kind.one("a name", Kinds::name);
    static final Kind<StartTls> STARTTLS =
            Kind.one("a protocol that has STARTTLS, such as smtp", word(byLabel(StartTls.values(), StartTls::label)));
    static final Kind<InetAddress> IP = Kind.one("an IP address", Kinds::ip);
    static final Kind<Set<PosixFilePermission>> FILE_MODE =
            Kind.one("the mode of a file, such as 0660", Kinds::fileMode);
    static final Kind<String> FILE_OWNER = Kind.one("a user, user:group or :group", Kinds::fileOwner);
    static final Kind<Integer> TIMES = Kind.one("a whole number from 1 to 100", Kinds::times);
    static final Kind<String> PROFILE_NAME = Kind.one("the name of a profile", Function.identity());
    static final Kind<Integer> CERT_LIST_BYTES =
            Kind.one("a whole number of bytes from 4096 to 1048576", Kinds::certListBytes);
    static final Kind<Integer> CACHE_SIZE = Kind.one("a whole number from 1 to 1000000", Kinds::upToAMillion);
    static final Kind<Duration> SESSION_TIMEOUT = Kind.one("a duration from 1s to 7d", Kinds::sessionTimeout);
    static final Kind<Duration> DURATION_TEXT = Kind.one("a duration such as 250ms, 10s, 5m, 1h", Kinds::duration);

    private Kinds() {}

    private static Path path(String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new Unfit("is not a path: " + e.getReason(), null);
        }
    }

    private static URI httpUrl(String text) {
        try {
            URI url = new URI(text);
            String scheme = String.valueOf(url.getScheme());
            if (!scheme.equalsIgnoreCase("http") && !scheme.equalsIgnoreCase("https")) {
                throw new Unfit("doesn't begin with http:// or https://", "such as http://ocsp.test/");
            }
            if (url.getHost() == null) {
                throw new Unfit("names no host", "such as http://ocsp.test/");
            }
            if (url.getUserInfo() != null) {
                throw new Unfit("has a user name in it, which isn't sent", "leave it out");
            }
            return url;
        } catch (URISyntaxException e) {
            throw new Unfit("is no URL: " + e.getReason(), "such as http://ocsp.test/");
        }
    }

    private static boolean bool(String text) {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new Unfit("is not true or false", null);
        };
    }

    private static int upToAMillion(String text) {
        if (text.matches("[1-9]\\d{0,6}") && Integer.parseInt(text) <= A_MILLION) {
            return Integer.parseInt(text);
        }
        throw new Unfit("is not a whole number from 1 to " + A_MILLION, null);
    }

    /** In powers of 1024, as nginx and HAProxy have them. */
    private static long byteRate(String text) {
        Matcher matcher = SIZE.matcher(text);
        if (!matcher.matches()) {
            throw new Unfit("is not a number of bytes; expected such as 64k, 10m or 1g", null);
        }
        long count = Long.parseLong(matcher.group(1));
        long bytes = switch (matcher.group(2)) {
            case "k" -> count << 10;
            case "m" -> count << 20;
            case "g" -> count << 30;
            default -> count;
        };
        if (bytes < KIB || bytes > 1024L << 30) {
            throw new Unfit("is not from 1k to 1024g", null);
        }
        return bytes;
    }

    private static int certListBytes(String text) {
        int bytes = text.matches("[1-9]\\d{3,6}") ? Integer.parseInt(text) : 0;
        if (bytes >= 4096 && bytes <= 1_048_576) {
            return bytes;
        }
        throw new Unfit("is not a whole number of bytes from 4096 to 1048576", null);
    }

    private static int depth(String text) {
        if (text.matches("\\d{1,3}") && Integer.parseInt(text) <= Profile.MAX_DEPTH) {
            return Integer.parseInt(text);
        }
        throw new Unfit("is not a whole number from 0 to " + Profile.MAX_DEPTH, null);
    }

    private static String ciphers(String text) {
        if (!CIPHERS.matcher(text).matches()) {
            throw new Unfit("is not a cipher string of OpenSSL", "such as " + Profile.DEFAULT_CIPHERS);
        }
        for (String word : text.split("[:, ]+")) {
            if (TLS13_SUITE.matcher(word).matches()) {
                throw new Unfit(
                        "has the TLS 1.3 suite " + word + " in it; ciphers is for TLS 1.2 only",
                        "leave it out: TLS 1.3 has its own three suites, always on, and they can't be chosen");
            }
        }
        return text;
    }

    private static Protocol protocol(String text) {
        if (text.toUpperCase(Locale.ROOT).matches("SSLV?[23](\\.0)?|TLSV?1([._][01])?")) {
            throw new Unfit("is not offered: TLS below 1.2 is off", "use TLSv1.2 or TLSv1.3");
        }
        return word(byLabel(Protocol.values(), Protocol::label)).apply(text);
    }

    private static String alpn(String text) {
        int bytes = text.getBytes(StandardCharsets.UTF_8).length;
        if (bytes < 1 || bytes > 255) {
            throw new Unfit("has " + bytes + " bytes; an ALPN name has 1 to 255", null);
        }
        return text;
    }

    private static String hostName(String text) {
        if (Hosts.isIp(text)) {
            throw new Unfit(
                    "is an IP address, which can't be sent as SNI; expected a host name",
                    "to check the certificate against an IP address, set verify-name");
        }
        return hostNameOrIp(text);
    }

    private static String hostNameOrIp(String text) {
        if (Hosts.isIp(text) || (Hosts.isName(text) && !text.endsWith("."))) {
            return text;
        }
        throw new Unfit("is not a host name", text.indexOf(':') >= 0 ? "write the name without a port" : null);
    }

    /** As an SNI comes, in one spelling. */
    private static String serverName(String text) {
        boolean isWildcard = text.startsWith("*.");
        String name = isWildcard ? text.substring(2) : text;
        if (Hosts.isIp(name)) {
            throw new Unfit("is an IP address, which no client sends as SNI", "leave sni out to take every name");
        }
        if (!Hosts.isName(name)) {
            boolean isElsewhere = name.indexOf('*') >= 0;
            throw new Unfit(
                    "is not a host name",
                    isElsewhere ? "a * may only stand for the whole first label, as in *.b.test" : null);
        }
        return (isWildcard ? "*." : "") + Hosts.canonical(name);
    }

    private static String name(String text) {
        if (!FileLayer.isName(text)) {
            throw new Unfit("is not a name; expected " + FileLayer.NAME_RULE, null);
        }
        return text;
    }

    private static InetAddress ip(String text) {
        if (!Hosts.isIp(text)) {
            throw new Unfit("is not an IP address", null);
        }
        try {
            // An address in figures is only parsed, never asked for.
            return InetAddress.getByName(text);
        } catch (UnknownHostException e) {
            throw new Unfit("is not an IP address", null);
        }
    }

    private static Set<PosixFilePermission> fileMode(String text) {
        if (!text.matches("0?[0-7]{3}")) {
            throw new Unfit("is not the mode of a file", "three octal digits: 0600, 0660 or 0666");
        }
        int mode = Integer.parseInt(text, 8);
        StringBuilder letters = new StringBuilder();
        for (int bit = 8; bit >= 0; bit--) {
            letters.append((mode >> bit & 1) == 1 ? "xwr".charAt(bit % 3) : '-');
        }
        return PosixFilePermissions.fromString(letters.toString());
    }

    private static String fileOwner(String text) {
        if (!text.matches("[^:\\s]+(:[^:\\s]+)?|:[^:\\s]+")) {
            throw new Unfit("is not a user, user:group or :group", null);
        }
        return text;
    }

    private static Address listenAddress(String text) {
        Matcher bare = BARE_PORT.matcher(text);
        if (bare.matches()) {
            throw new Unfit("has no host; expected host:port", "to listen on every address: 0.0.0.0:" + bare.group(1));
        }
        Address address = Address.parse(text);
        if (address.isUnix() && directoryBytes(address.host()) > Binding.MAX_DIRECTORY_BYTES) {
            throw new Unfit(
                    "has a directory of " + directoryBytes(address.host())
                            + " bytes; the socket is made there under another name first, and that leaves "
                            + Binding.MAX_DIRECTORY_BYTES,
                    "take a directory with a shorter name");
        }
        return address;
    }

    private static int directoryBytes(String path) {
        int end = path.lastIndexOf('/');
        return path.substring(0, Math.max(0, end)).getBytes(StandardCharsets.UTF_8).length;
    }

    private static Address adminAddress(String text) {
        Matcher bare = BARE_PORT.matcher(text);
        if (bare.matches()) {
            throw new Unfit("has no host; expected host:port", "such as 127.0.0.1:" + bare.group(1));
        }
        Address address = Address.parse(text);
        if (!address.isTcp()) {
            throw new Unfit("is no TCP address; expected host:port", "such as 127.0.0.1:9000");
        }
        return address;
    }

    private static int times(String text) {
        if (text.matches("[1-9]\\d{0,2}") && Integer.parseInt(text) <= MAX_TIMES) {
            return Integer.parseInt(text);
        }
        throw new Unfit("is not a whole number from 1 to " + MAX_TIMES, null);
    }

    /** One address with two weights would be two answers to one question. */
    private static Kind<List<Upstream>> distinct(Kind<List<Upstream>> kind) {
        return new Kind<>(kind.label(), true, (parts, complaints) -> {
            List<Upstream> upstreams = kind.reader().read(parts, complaints);
            if (upstreams == null) {
                return null;
            }
            Set<Address> seen = new HashSet<>();
            for (int i = 0; i < upstreams.size(); i++) {
                if (!seen.add(upstreams.get(i).address())) {
                    complaints.about(i, "has an address that is there already", "remove one of the two");
                    return null;
                }
            }
            return upstreams;
        });
    }

    private static Duration duration(String text) {
        Matcher matcher = DURATION.matcher(text);
        if (!matcher.matches()) {
            String hint = text.matches("\\d+") ? "give the unit: " + text + "s or " + text + "ms" : null;
            throw new Unfit("is not a duration; expected such as 250ms, 10s, 5m or 1h", hint);
        }
        long count = Long.parseLong(matcher.group(1));
        Duration duration = switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(count);
            case "s" -> Duration.ofSeconds(count);
            case "m" -> Duration.ofMinutes(count);
            case "h" -> Duration.ofHours(count);
            default -> Duration.ofDays(count);
        };
        if (duration.isZero() || duration.compareTo(LONGEST) > 0) {
            throw new Unfit("is not a duration from 1ms to 365d", null);
        }
        return duration;
    }

    private static Map<String, Set<ProxyProtocol.Version>> proxyVersions() {
        Map<String, Set<ProxyProtocol.Version>> versions = new LinkedHashMap<>();
        for (ProxyProtocol.Version version : ProxyProtocol.Version.values()) {
            versions.put("v" + version.number(), Set.of(version));
        }
        versions.put("any", Set.of(ProxyProtocol.Version.values()));
        return versions;
    }

    private static Duration sessionTimeout(String text) {
        Duration duration = duration(text);
        if (duration.toSeconds() < 1 || duration.compareTo(Profile.Session.LONGEST) > 0) {
            throw new Unfit("is not a duration from 1s to 7d", "RFC 8446 lets no ticket live longer");
        }
        return duration;
    }

    private static Function<String, String> word(List<String> words) {
        Map<String, String> same = new LinkedHashMap<>();
        words.forEach(word -> same.put(word, word));
        return word(same);
    }

    private static <T> Map<String, T> byLabel(T[] values, Function<T, String> label) {
        Map<String, T> byLabel = new LinkedHashMap<>();
        Arrays.stream(values).forEach(value -> byLabel.put(label.apply(value), value));
        return byLabel;
    }

    private static <T> Function<String, T> word(Map<String, T> words) {
        return text -> {
            T value = words.get(text);
            if (value != null) {
                return value;
            }
            String meant = MEANT.get(text.toLowerCase(Locale.ROOT));
            if ("none".equals(meant) && words.containsKey("off")) {
                meant = "off";
            }
            String near = meant != null && words.containsKey(meant)
                    ? meant
                    : Nearest.of(text, words.keySet()).orElse(null);
            throw new Unfit(
                    "is not one of " + String.join(", ", words.keySet()),
                    near == null ? null : "did you mean " + near + "?");
        };
    }

    private static <T> Kind<List<T>> nonEmpty(Kind<List<T>> kind) {
        return new Kind<>(kind.label(), true, (parts, complaints) -> {
            if (parts.isEmpty()) {
                complaints.about(0, "is empty; expected at least one", null);
                return null;
            }
            return kind.reader().read(parts, complaints);
        });
    }
}
