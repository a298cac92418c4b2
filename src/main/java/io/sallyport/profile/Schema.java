package io.sallyport.profile;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Every key that there is. What isn't in this table is a mistake wherever it is written. */
final class Schema {

    static final String ROOT = "sallyport";
    static final String PROFILES = "sallyport.profiles";
    static final String RELAYS = "sallyport.relays";
    static final String CONNECT = "sallyport.relays.*.connect";
    static final String UNVERIFIED = "sallyport.relays.*.unverified";

    static final Key<Path> CERT = profile("cert", Kinds.PATH)
            .means("The certificate chain that peers are shown: PEM, leaf first. A profile that listens must have one.")
            .such("certs/server.crt");
    static final Key<Path> KEY = profile("key", Kinds.PATH)
            .means("The private key of `cert`: PEM. May be the same file. Must be there when `cert` is.")
            .such("certs/server.key");
    static final Key<Path> KEY_PASSWORD_FILE = profile("key-password-file", Kinds.PATH)
            .means(
                    "A file whose first line is the passphrase of an encrypted `key`. The passphrase itself has no key here.")
            .such("certs/server.pass");
    static final Key<String> CA = profile("ca", Kinds.CA)
            .means(
                    "Whose certificates are trusted: a PEM bundle, a directory of PEM files, or `system` for those of the"
                            + " operating system. Must be there unless `verify` is `none`.")
            .such("certs/ca.crt");
    static final Key<VerifyMode> VERIFY = profile("verify", Kinds.VERIFY)
            .standard("required")
            .means(
                    "Whether a peer must prove who it is. `optional`: a client may come without a certificate, but not with"
                            + " a bad one; a server always has one, so there it is the same as `required`. `none`: anyone is taken.")
            .such("optional");
    static final Key<Integer> DEPTH = profile("depth", Kinds.DEPTH)
            .standard(String.valueOf(Profile.DEFAULT_DEPTH))
            .means("How many intermediate certificates may stand between the peer's own and the trusted one. 0: none.")
            .such("1");
    static final Key<Path> CRL = profile("crl", Kinds.FILE_OR_DIRECTORY)
            .means(
                    "The lists of revoked certificates: a file with the CRLs of any number of issuers, or a directory of such"
                            + " files. With it, every certificate of a peer's chain below the trusted one must be known not to be"
                            + " revoked. Without it: nobody asks.")
            .such("certs/ca.crl");
    static final Key<CrlPolicy> CRL_POLICY = profile("crl-policy", Kinds.CRL_POLICY)
            .standard("hard")
            .means(
                    "What happens where an issuer has no CRL there, or none that is in date. `hard`: the peer is refused."
                            + " `soft`: it is let in. Whom a CRL lists is refused by both, also where it is out of date.")
            .such("soft");
    static final Key<Boolean> COMMON_NAMES = profile("common-names", Kinds.BOOLEAN)
            .standard("false")
            .means(
                    "When this profile connects: whether the common name counts as a name of a server whose certificate has no"
                            + " DNS name. Only for old certificates.")
            .such("true");
    static final Key<String> CIPHERS = profile("ciphers", Kinds.CIPHER_STRING)
            .standard(Profile.DEFAULT_CIPHERS)
            .means("The TLS 1.2 ciphers, as OpenSSL's cipher string. TLS 1.3 has its own three suites, always on.")
            .such("ECDHE+AESGCM");
    static final Key<List<Protocol>> PROTOCOLS = profile("protocols", Kinds.PROTOCOLS)
            .standard("TLSv1.2,TLSv1.3")
            .means("The TLS versions that are spoken. Older ones are off and can't be turned on.")
            .such("[TLSv1.3]");
    static final Key<List<String>> GROUPS = profile("groups", Kinds.GROUPS)
            .standard(String.join(",", Profile.DEFAULT_GROUPS))
            .means(
                    "The key exchange groups, most wanted first. Those with MLKEM withstand quantum computers; they need TLS"
                            + " 1.3.")
            .such("[X25519, P-256]");
    static final Key<List<String>> ALPN = profile("alpn", Kinds.ALPN)
            .standard("")
            .means("The application protocols that are offered or accepted, most wanted first. Without it: no ALPN.")
            .such("[mqtt]");
    static final Key<Integer> MAX_CERT_LIST = profile("max-cert-list", Kinds.CERT_LIST_BYTES)
            .standard(Integer.toString(Profile.Negotiation.DEFAULT_MAX_CERT_LIST))
            .means(
                    "The most bytes that a peer's certificate chain may take in the handshake. A client whose chain takes more"
                            + " than 12 KiB gets no TLS 1.3 ticket: it would not fit into one.")
            .such("262144");
    static final Key<String> SERVER_NAME = profile("server-name", Kinds.HOST_NAME)
            .means(
                    "When this profile connects: the name that is sent as SNI and that the server's certificate must have."
                            + " Without it: the host of the address.")
            .such("broker.test");
    static final Key<String> VERIFY_NAME = profile("verify-name", Kinds.HOST_NAME_OR_IP)
            .means(
                    "When this profile connects: the name or IP address that the server's certificate must have, where it"
                            + " differs from the name that is sent. Without it: `server-name`.")
            .such("broker.internal.test");
    static final Key<Path> UNSAFE_KEY_LOG = profile("unsafe-key-log", Kinds.PATH)
            .means(
                    "A file to which the secrets of every connection are added, in the format of NSS, for Wireshark. Whoever reads"
                            + " it can read all that the connections carry. Only to look for a fault, and never with real data.")
            .such("debug/edge.keys");

    static final Key<Boolean> SESSION_ENABLED = profile("session.enabled", Kinds.BOOLEAN)
            .standard("true")
            .means("Whether a later connection may skip the full handshake. `false`: by no means, in no TLS version.")
            .such("false");
    static final Key<Integer> SESSION_CACHE_SIZE = profile("session.cache-size", Kinds.CACHE_SIZE)
            .standard(Integer.toString(Profile.Session.DEFAULT.cacheSize()))
            .means(
                    "How many sessions are kept: of clients that resume by session id (TLS 1.2 only), and of upstreams. A"
                            + " ticket is kept by its client and takes no room here. One session takes 1 to 3 KiB.")
            .such("5000");
    static final Key<Duration> SESSION_TIMEOUT = profile("session.timeout", Kinds.SESSION_TIMEOUT)
            .standard("5m")
            .means("How long after its full handshake a session can be resumed. After that the peer's certificate is"
                    + " verified again.")
            .such("1h");
    static final Key<Boolean> SESSION_TICKETS = profile("session.tickets", Kinds.BOOLEAN)
            .standard("true")
            .means(
                    "Whether session tickets are used. Without them nothing is resumed in TLS 1.3, which has no other way.")
            .such("false");
    static final Key<Path> SESSION_TICKET_KEYS = profile("session.ticket-keys", Kinds.PATH)
            .means(
                    "When this profile listens: a directory of ticket keys, each a file of 48 random bytes, that replicas"
                            + " share. `sallyport ticket-keys` makes them. Without it: keys that only this process knows.")
            .such("certs/tickets");
    static final Key<Duration> SESSION_TICKET_ROTATE = profile("session.ticket-rotate", Kinds.DURATION_TEXT)
            .standard("12h")
            .means(
                    "When this profile listens without `ticket-keys`: how long a key seals tickets before a new one does.")
            .such("1h");

    static final Key<OcspCheck.Mode> OCSP_CHECK = profile("ocsp.check", Kinds.OCSP_MODE)
            .standard("off")
            .means(
                    "Whether the issuer's OCSP responder is asked if a peer's own certificate is revoked: the response that a"
                            + " server staples first, then the responder. `off`: nobody is asked. `soft`: a revoked one is refused;"
                            + " where no answer that can be believed comes, the peer is let in, counted and logged. `hard`: only"
                            + " one that is called good is let in. An answer is kept until its next update.")
            .such("soft");
    static final Key<URI> OCSP_RESPONDER = profile("ocsp.responder", Kinds.HTTP_URL)
            .means("Who is asked, for every peer, in place of the responder that its certificate names. Without it, a"
                    + " certificate that names none by http or https has no answer.")
            .such("http://ocsp.test/");
    static final Key<Duration> OCSP_TIMEOUT = profile("ocsp.timeout", Kinds.DURATION_TEXT)
            .standard("3s")
            .means("How long a responder's answer may take. The handshake waits for it, so it belongs below"
                    + " `timeouts.handshake`.")
            .such("1s");

    static final Key<Boolean> OCSP_STAPLE = profile("ocsp.staple", Kinds.BOOLEAN)
            .standard("false")
            .means(
                    "When this profile listens: whether clients that ask for it are shown an OCSP response with `cert`. It is"
                            + " fetched while running, and nothing waits for it.")
            .such("true");
    static final Key<URI> OCSP_STAPLE_RESPONDER = profile("ocsp.staple-responder", Kinds.HTTP_URL)
            .means("Who is asked for that response, in place of the responder that `cert` names.")
            .such("http://ocsp.test/");
    static final Key<Path> OCSP_STAPLE_CACHE = profile("ocsp.staple-cache", Kinds.PATH)
            .means(
                    "A directory in which that response is kept, so that it is there at once after a restart. Without it: in"
                            + " memory only.")
            .such("/var/lib/sallyport/ocsp");

    static final Key<Address> LISTEN_ADDRESS = relay("listen.address", Kinds.LISTEN_ADDRESS)
            .mandatory()
            .means(
                    "Where connections are accepted. `0.0.0.0` means every IPv4 address of the machine, `[::]` every one. Port 0"
                            + " lets the system choose one. `unix:/path` is a unix socket, `systemd:NAME` a socket that systemd"
                            + " has opened.")
            .such("0.0.0.0:8443");
    static final Key<String> LISTEN_PROFILE = relay("listen.profile", Kinds.PROFILE_NAME)
            .means("The profile that clients meet. Without it: plain TCP.")
            .such("edge");
    static final Key<Boolean> UNSAFE_OPEN = relay("listen.unsafe-open", Kinds.BOOLEAN)
            .standard("false")
            .means(
                    "Allows a plain listener beyond loopback in front of a profile that has a certificate. Whoever reaches"
                            + " it then acts under that certificate.")
            .such("true");
    static final Key<StartTls> LISTEN_STARTTLS = relay("listen.starttls", Kinds.STARTTLS)
            .means(
                    "The protocol in which clients ask for TLS: they begin in plain, and nothing of that goes to an upstream."
                            + " Without it: a connection begins with TLS. One of `smtp`, `imap`, `pop3`, `ldap`, `postgresql`,"
                            + " `mysql`, `ftp`, `xmpp`, `sieve`, `nntp` and `irc`. See docs/starttls.md.")
            .such("smtp");
    static final Key<Set<ProxyProtocol.Version>> PROXY_ACCEPT = relay(
                    "listen.proxy-protocol.accept", Kinds.PROXY_ACCEPTED)
            .means(
                    "Which version of the PROXY protocol proxies in front of this relay send: their header says where the"
                            + " client comes from. Without it: no header is read.")
            .such("any");
    static final Key<List<Network>> PROXY_FROM = relay("listen.proxy-protocol.from", Kinds.NETWORKS)
            .means(
                    "Where those proxies are. Whoever comes from there must send a header; from elsewhere none is read, since"
                            + " it could say anything. Must be there when `accept` is. On a unix socket it is left out: whoever may open that"
                            + " must send a header.")
            .such("[10.0.0.0/8, \"fd00::/8\"]");
    static final Key<Duration> PROXY_DEADLINE = relay("listen.proxy-protocol.deadline", Kinds.DURATION_TEXT)
            .standard("3s")
            .means("How long the header may take, counted from accept.")
            .such("500ms");
    static final Key<Duration> UNVERIFIED_HOLD = relay("unverified.hold", Kinds.DURATION_TEXT)
            .means(
                    "How long a client that shows no certificate is kept waiting before it is dropped. Nothing is read from"
                            + " it. Without it: see `connect`.")
            .such("30s");
    static final Key<List<Upstream>> CONNECT_ADDRESSES = relay("connect.addresses", Kinds.UPSTREAMS)
            .mandatory()
            .means(
                    "Where the bytes go. Tried one after the other until one takes the connection; `balance` says which is"
                            + " first. Behind an address may stand `weight=2`, for twice as many connections as one of weight"
                            + " 1, and `backup`, for one that is used only while no other is up. A name such as"
                            + " `_amqps._tcp.broker.test`, without a port, is a service: its SRV records tell host and port.")
            .such("[\"broker-1.test:5671\", \"10.0.0.7:5671\"]");
    static final Key<String> CONNECT_PROFILE = relay("connect.profile", Kinds.PROFILE_NAME)
            .means("The profile that upstreams meet. Without it: plain TCP.")
            .such("broker");
    static final Key<StartTls> CONNECT_STARTTLS = relay("connect.starttls", Kinds.STARTTLS)
            .means(
                    "The protocol in which upstreams are asked for TLS. An upstream that refuses is not used; nothing is ever"
                            + " sent to it in plain instead. Without it: a connection begins with TLS. The same words as in"
                            + " `listen.starttls`.")
            .such("smtp");
    static final Key<String> CONNECT_SERVER_NAME = relay("connect.server-name", Kinds.HOST_NAME)
            .means("The same as the profile's `server-name`, for this relay. It wins over the profile's.")
            .such("broker.test");
    static final Key<String> CONNECT_VERIFY_NAME = relay("connect.verify-name", Kinds.HOST_NAME_OR_IP)
            .means("The same as the profile's `verify-name`, for this relay. It wins over the profile's.")
            .such("10.0.0.7");
    static final Key<Balancing.Method> BALANCE = relay("connect.balance", Kinds.BALANCING)
            .standard(Balancing.DEFAULT.method().label())
            .means(
                    "Which address is tried first. `in-order`: the first of the list that is up. `round-robin`: each in turn,"
                            + " by weight. `least-connections`: the one with the fewest open connections for its weight."
                            + " `hash-address`: always the same for one client address. `hash-identity`: always the same for"
                            + " one verified certificate subject; by address where a client has none.")
            .such("least-connections");
    static final Key<Duration> HEALTH_EVERY = relay("connect.health.every", Kinds.DURATION_TEXT)
            .means(
                    "How often each address is checked, by a connection of our own: TCP, and the TLS handshake where `connect`"
                            + " has a profile. A check may take as long. Without it: no checks.")
            .such("5s");
    static final Key<Integer> HEALTH_RISE = relay("connect.health.rise", Kinds.TIMES)
            .standard("2")
            .means("How many checks in a row must succeed until an address that is down is up.")
            .such("1");
    static final Key<Integer> HEALTH_FALL = relay("connect.health.fall", Kinds.TIMES)
            .standard("3")
            .means("How many checks in a row must fail until an address that is up is down.")
            .such("2");
    static final Key<Integer> EJECT_AFTER = relay("connect.eject.after", Kinds.TIMES)
            .standard(Integer.toString(Balancing.DEFAULT.ejection().after()))
            .means(
                    "After how many failed connections in a row an address is left alone for a while. It is still tried where"
                            + " no other is up.")
            .such("5");
    static final Key<Duration> EJECT_FOR = relay("connect.eject.for", Kinds.DURATION_TEXT)
            .standard(Balancing.DEFAULT.ejection().time().toSeconds() + "s")
            .means("How long it is left alone.")
            .such("30s");
    static final Key<Duration> SLOW_START = relay("connect.slow-start", Kinds.DURATION_TEXT)
            .means(
                    "For how long an address that has come back gets less than its share: it begins with next to nothing, and"
                            + " comes to its whole weight in a straight line. With `balance` `round-robin` or"
                            + " `least-connections`. Without it: it has its whole share at once.")
            .such("30s");
    static final Key<ProxyProtocol.Version> PROXY_SEND = relay("connect.proxy-protocol.send", Kinds.PROXY_SENT)
            .means(
                    "Which version of the PROXY protocol upstreams expect: each connection begins with a header that says"
                            + " where the client comes from. Without it: no header is sent.")
            .such("v2");
    static final Key<Boolean> PROXY_TLS = relay("connect.proxy-protocol.tls", Kinds.BOOLEAN)
            .standard("false")
            .means(
                    "Whether a header of `v2` says of the client's TLS connection too: version, cipher, SNI, ALPN, common name,"
                            + " and whether its certificate was verified.")
            .such("true");
    static final Key<Boolean> PROXY_CERTIFICATE = relay("connect.proxy-protocol.certificate", Kinds.BOOLEAN)
            .standard("false")
            .means(
                    "Whether it holds the client's whole certificate too. One that makes the header longer than 16 KiB is left"
                            + " out.")
            .such("true");
    static final Key<Duration> TIMEOUT_CONNECT = relay("timeouts.connect", Kinds.DURATION_TEXT)
            .standard("10s")
            .means("How long finding an upstream may take. Each address that is left gets an equal share of it.")
            .such("3s");
    static final Key<Duration> TIMEOUT_HANDSHAKE = relay("timeouts.handshake", Kinds.DURATION_TEXT)
            .standard("10s")
            .means("How long the TLS handshake of one side may take.")
            .such("5s");
    static final Key<Duration> TIMEOUT_IDLE = relay("timeouts.idle", Kinds.DURATION_TEXT)
            .standard("1h")
            .means("How long a connection lives without a byte in either direction.")
            .such("5m");
    static final Key<Duration> TIMEOUT_HALF_CLOSED = relay("timeouts.half-closed", Kinds.DURATION_TEXT)
            .means("The same, once one direction has ended. Without it: `timeouts.idle`.")
            .such("1m");
    static final Key<Duration> TIMEOUT_LIFETIME = relay("timeouts.lifetime", Kinds.DURATION_TEXT)
            .means("How long a connection lives at most, whatever moves on it. Without it: for ever.")
            .such("24h");
    static final Key<Duration> TIMEOUT_KEEP_ALIVE = relay("timeouts.keep-alive", Kinds.DURATION_TEXT)
            .standard("1m")
            .means(
                    "How long a socket is silent before TCP asks whether its peer is still there. Counted in whole seconds.")
            .such("30s");
    static final Key<Duration> DRAIN_DELAY = Key.of("sallyport.drain.delay", Kinds.DURATION_TEXT)
            .means("After SIGTERM: how long new connections are still accepted while health says that the gateway isn't"
                    + " ready. A balancer takes note in that time. Without it: not at all.")
            .such("10s");
    static final Key<Duration> DRAIN_DEADLINE = Key.of("sallyport.drain.deadline", Kinds.DURATION_TEXT)
            .standard("25s")
            .means(
                    "How long after SIGTERM connections may live. Then those that are left are ended. Kubernetes kills after 30s"
                            + " unless told otherwise.")
            .such("5m");
    static final Key<Duration> DRAIN_IDLE = Key.of("sallyport.drain.idle", Kinds.DURATION_TEXT)
            .means(
                    "While it stops: a connection without a byte for so long is ended before the deadline. Without it: none"
                            + " is.")
            .such("5s");

    static final Key<Boolean> RELOAD_WATCH = Key.of("sallyport.reload.watch", Kinds.BOOLEAN)
            .standard("true")
            .means("Whether the configuration and the files that it names are watched. What has changed is taken up as"
                    + " with SIGHUP.")
            .such("false");
    static final Key<Duration> RELOAD_INTERVAL = Key.of("sallyport.reload.interval", Kinds.DURATION_TEXT)
            .standard("2s")
            .means("How often the files are looked at. A change is taken up when the next look finds the same, so that"
                    + " what is still being written is left alone.")
            .such("30s");

    static final Key<Boolean> RELOAD_LENIENT = Key.of("sallyport.reload.lenient", Kinds.BOOLEAN)
            .standard("false")
            .means(
                    "Whether a reload goes on without a profile whose files can't be used. That profile stays as it was, and"
                            + " health says `degraded`. `false`: one such profile, and all stays as it was.")
            .such("true");

    static final Key<Address> ADMIN_ADDRESS = Key.of("sallyport.admin.address", Kinds.ADMIN_ADDRESS)
            .standard(Configuration.Admin.DEFAULT.address().toString())
            .means("Where health, metrics, the API and the console are served. One that other machines reach needs a"
                    + " `profile` that verifies clients, or a `token-file`.")
            .such("0.0.0.0:9000");
    static final Key<String> ADMIN_PROFILE = Key.of("sallyport.admin.profile", Kinds.PROFILE_NAME)
            .means(
                    "The profile that clients of the admin side meet. Whoever it verifies may view. Without it: plain HTTP.")
            .such("admin");
    static final Key<Path> VIEW_TOKENS = Key.of("sallyport.admin.view.token-file", Kinds.PATH)
            .means(
                    "A file with bearer tokens, each on a line of its own, at least 32 characters long. Whoever has one may"
                            + " view. Nobody but the owner may read the file.")
            .such("certs/view.token");
    static final Key<Path> OPERATE_TOKENS = Key.of("sallyport.admin.operate.token-file", Kinds.PATH)
            .means("The same for those who may operate: reload, and close connections. They may view, too.")
            .such("certs/operate.token");

    /** In the order of the docs. */
    static final List<Key<?>> KEYS = Stream.of(
                    List.of(
                            CERT,
                            KEY,
                            KEY_PASSWORD_FILE,
                            CA,
                            VERIFY,
                            DEPTH,
                            CRL,
                            CRL_POLICY,
                            COMMON_NAMES,
                            CIPHERS,
                            PROTOCOLS,
                            GROUPS,
                            ALPN,
                            MAX_CERT_LIST,
                            SERVER_NAME,
                            VERIFY_NAME,
                            UNSAFE_KEY_LOG),
                    AllowKeys.PROFILE.values(),
                    List.of(
                            SESSION_ENABLED,
                            SESSION_CACHE_SIZE,
                            SESSION_TIMEOUT,
                            SESSION_TICKETS,
                            SESSION_TICKET_KEYS,
                            SESSION_TICKET_ROTATE,
                            OCSP_CHECK,
                            OCSP_RESPONDER,
                            OCSP_TIMEOUT,
                            OCSP_STAPLE,
                            OCSP_STAPLE_RESPONDER,
                            OCSP_STAPLE_CACHE,
                            LISTEN_ADDRESS,
                            LISTEN_PROFILE,
                            LISTEN_STARTTLS,
                            UNSAFE_OPEN),
                    SocketKeys.OF_LISTEN,
                    AllowKeys.RELAY.values(),
                    List.of(PROXY_ACCEPT, PROXY_FROM, PROXY_DEADLINE),
                    RouteKeys.ALL,
                    List.of(
                            RouteKeys.UNMATCHED,
                            UNVERIFIED_HOLD,
                            CONNECT_ADDRESSES,
                            SocketKeys.SOURCE,
                            CONNECT_PROFILE,
                            CONNECT_STARTTLS,
                            CONNECT_SERVER_NAME,
                            CONNECT_VERIFY_NAME,
                            BALANCE,
                            SLOW_START,
                            HEALTH_EVERY,
                            HEALTH_RISE,
                            HEALTH_FALL,
                            EJECT_AFTER,
                            EJECT_FOR,
                            PROXY_SEND,
                            PROXY_TLS,
                            PROXY_CERTIFICATE,
                            TIMEOUT_CONNECT,
                            TIMEOUT_HANDSHAKE,
                            TIMEOUT_IDLE,
                            TIMEOUT_HALF_CLOSED,
                            TIMEOUT_LIFETIME,
                            TIMEOUT_KEEP_ALIVE),
                    LimitKeys.RELAY.inOrder(),
                    LimitKeys.ALL.inOrder(),
                    List.of(
                            DRAIN_DELAY,
                            DRAIN_DEADLINE,
                            DRAIN_IDLE,
                            RELOAD_WATCH,
                            RELOAD_INTERVAL,
                            RELOAD_LENIENT,
                            ADMIN_ADDRESS,
                            ADMIN_PROFILE,
                            VIEW_TOKENS,
                            OPERATE_TOKENS),
                    AllowKeys.ADMIN.values())
            .<Key<?>>flatMap(Collection::stream)
            .toList();

    private static final Map<String, Key<?>> BY_PATTERN =
            KEYS.stream().collect(Collectors.toMap(Key::pattern, Function.identity()));

    private static final Pattern CONNECT_ELSEWHERE = Pattern.compile("\\.\\*\\.(routes|unverified)\\.connect");

    /** What {@link #keysUnder} has answered: a configuration of ten thousand routes asks it some ten thousand times. */
    private static final Map<String, List<Key<?>>> UNDER = new ConcurrentHashMap<>();

    static final List<Key<?>> REQUIRED_OF_RELAY =
            keysUnder(RELAYS).stream().filter(Key::required).toList();

    private Schema() {}

    static <T> Key<T> profile(String key, Kind<T> kind) {
        return Key.of(PROFILES + ".*." + key, kind);
    }

    static <T> Key<T> relay(String key, Kind<T> kind) {
        return Key.of(RELAYS + ".*." + key, kind);
    }

    /** A relay's {@code connect} has the same keys wherever it stands. */
    private static String shared(String pattern) {
        return CONNECT_ELSEWHERE.matcher(pattern).replaceFirst(".*.connect");
    }

    /** The keys under the section with this pattern, at any distance; all of them for the empty one. */
    static List<Key<?>> keysUnder(String pattern) {
        List<Key<?>> known = UNDER.get(pattern);
        if (known != null) {
            return known;
        }
        String prefix = prefix(shared(pattern));
        List<Key<?>> found =
                KEYS.stream().filter(key -> key.pattern().startsWith(prefix)).toList();
        if (!found.isEmpty()) {
            UNDER.put(pattern, found); // What isn't there is a mistake, and there is no end of mistakes.
        }
        return found;
    }

    /** The words that may stand directly in the section with this pattern; a lone {@code *} where names stand there. */
    static Set<String> wordsIn(String section) {
        Set<String> words = new LinkedHashSet<>();
        int prefix = prefix(shared(section)).length();
        for (Key<?> key : keysUnder(section)) {
            words.add(key.pattern().substring(prefix).split("\\.")[0]);
        }
        if (section.equals(RouteKeys.ROUTES) || section.equals(UNVERIFIED)) {
            words.add("connect");
        }
        return words;
    }

    private static String prefix(String section) {
        return section.isEmpty() ? "" : section + ".";
    }

    static Optional<Key<?>> key(String pattern) {
        return Optional.ofNullable(BY_PATTERN.get(shared(pattern)));
    }
}
