package io.sallyport.profile;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The keys of allow lists: of profiles, of relays and their routes, and of the admin side for those who may operate. */
final class AllowKeys {

    static final Map<AllowList.Kind, Key<List<String>>> PROFILE = keys("allow.", Schema::profile);
    static final Map<AllowList.Kind, Key<List<String>>> RELAY = keys("listen.allow.", Schema::relay);
    static final Map<AllowList.Kind, Key<List<String>>> ADMIN = keys("sallyport.admin.operate.allow.", Key::of);
    static final Map<AllowList.Kind, Key<List<String>>> ROUTE = keys("routes.identity.", Schema::relay);

    private interface Place {
        Key<List<String>> key(String word, Kind<List<String>> kind);
    }

    private AllowKeys() {}

    private static Map<AllowList.Kind, Key<List<String>>> keys(String prefix, Place place) {
        Map<AllowList.Kind, Key<List<String>>> keys = new EnumMap<>(AllowList.Kind.class);
        for (AllowList.Kind kind : AllowList.Kind.values()) {
            keys.put(kind, key(kind, prefix + kind.label(), place));
        }
        return keys;
    }

    private static Key<List<String>> key(AllowList.Kind kind, String word, Place place) {
        return switch (kind) {
            case CN ->
                place.key(word, kind("common names", AllowEntries::text))
                        .means("Common names of the subject, letter by letter.")
                        .such("[orders-client]");
            case DNS ->
                place.key(word, kind("DNS names", AllowEntries::dns))
                        .means("DNS names. A `*` as the first label stands for one label.")
                        .such("[\"*.orders.test\"]");
            case IP ->
                place.key(word, kind("IP addresses", AllowEntries::ip))
                        .means("IP addresses that the certificate names; not where the peer comes from.")
                        .such("[10.0.0.7]");
            case EMAIL ->
                place.key(word, kind("mailboxes", AllowEntries::email))
                        .means("E-mail addresses.")
                        .such("[orders@example.test]");
            case URI ->
                place.key(word, kind("URIs", AllowEntries::uri))
                        .means(
                                "URIs such as SPIFFE ids, letter by letter. A `*` stands for one whole segment of the path.")
                        .such("[\"spiffe://example.test/orders/*\"]");
            case OU ->
                place.key(word, kind("organisational units", AllowEntries::text))
                        .means("Organisational units of the subject, letter by letter.")
                        .such("[Orders]");
            case SERIAL ->
                place.key(word, kind("serial numbers in hexadecimal", AllowEntries::serial))
                        .means(
                                "Serial numbers in hexadecimal. Only together with one CA: another may give the same number.")
                        .such("[\"1A:2B:3C\"]");
            case ISSUER ->
                place.key(word, kind("distinguished names", AllowEntries::issuer))
                        .means("Names of the issuer of the peer's own certificate, as RFC 2253 writes them.")
                        .such("[\"CN=Orders CA\"]");
            case FINGERPRINT ->
                place.key(word, kind("SHA-256 digests", AllowEntries::fingerprint))
                        .means("SHA-256 of the peer's own certificate, in hexadecimal.")
                        .such("[" + "0f".repeat(32) + "]");
            case SPKI ->
                place.key(word, kind("SHA-256 digests", AllowEntries::spki))
                        .means(
                                "SHA-256 of the peer's public key (SubjectPublicKeyInfo), in hexadecimal or base64. It outlives renewals"
                                        + " that keep the key.")
                        .such("[" + "0f".repeat(32) + "]");
        };
    }

    private static Kind<List<String>> kind(String what, Function<String, String> parse) {
        return Kind.list("a list of " + what, parse);
    }
}
