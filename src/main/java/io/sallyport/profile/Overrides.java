package io.sallyport.profile;

import static java.util.stream.Collectors.toCollection;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Values that are written outside of the file: environment variables, system properties or secret files.
 *
 * <p>The names of profiles and relays are the difficulty. {@code SALLYPORT_PROFILES_MY_EDGE_CERT} may mean {@code my-edge},
 * {@code my_edge} or {@code my.edge}, or it may be a slip. So a name has to be known already: from the file, or, for a
 * profile, from a relay that uses it. Only a relay may come from out here alone, when all that it must have is given.
 */
final class Overrides {

    /** The launcher's, and ours that are no keys. */
    private static final Set<String> OTHERS = Set.of(
            "SALLYPORT_OPTS", "SALLYPORT_HOME", "sallyport.opts", "sallyport.home", Secrets.VARIABLE, Secrets.PROPERTY);

    /** What Kubernetes sets in every pod for a Service called {@code sallyport} or {@code sallyport-…}. */
    private static final Pattern SERVICE_LINK = Pattern.compile("SALLYPORT(_[A-Z0-9_]+)?_"
            + "(SERVICE_HOST|SERVICE_PORT(_[A-Z0-9_]+)?|PORT|PORT_\\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)");

    private final Origin.Kind kind;
    private final Map<String, String> written = new TreeMap<>();
    private final Findings findings;
    private final Layer layer;

    private Overrides(Origin.Kind kind, String prefix, Map<String, String> all, Findings findings) {
        this.kind = kind;
        this.findings = findings;
        this.layer = new Layer(kind);
        all.forEach((name, value) -> {
            if (name.startsWith(prefix) && !OTHERS.contains(name)) {
                written.put(name, value.strip());
            }
        });
    }

    static Overrides environment(Map<String, String> variables, Findings findings) {
        return new Overrides(Origin.Kind.ENVIRONMENT, "SALLYPORT_", variables, findings);
    }

    static Overrides properties(Map<String, String> properties, Findings findings) {
        return new Overrides(Origin.Kind.PROPERTY, "sallyport.", properties, findings);
    }

    /** Files that have a key for a name are spelt like system properties. */
    static Overrides secretFiles(Map<String, String> contents, Findings findings) {
        return new Overrides(Origin.Kind.SECRET_FILE, "sallyport.", contents, findings);
    }

    /** A key with the name in it as it is spelt out here. */
    private record Match(Key<?> key, String name) {}

    /** The profile names that relays refer to out here. */
    Set<String> references() {
        return written.entrySet().stream()
                .filter(entry -> match(entry.getKey())
                        .filter(m -> m.key() == Schema.LISTEN_PROFILE || m.key() == Schema.CONNECT_PROFILE)
                        .isPresent())
                .map(Map.Entry::getValue)
                .collect(toCollection(LinkedHashSet::new));
    }

    /** The relays beside those in the file that have all that they must have out here, and whose name reads in one way only. */
    Set<String> wholeRelays(Set<String> inFile) {
        Set<String> names = new LinkedHashSet<>();
        for (String text : written.keySet()) {
            match(text).map(Match::name).filter(this::isWholeRelay).ifPresent(names::add);
        }
        return names.stream()
                .filter(name -> !isAmbiguous(name))
                .filter(name -> inFile.stream().noneMatch(other -> spelt(other).equals(name)))
                .map(name -> isEnvironment() ? name.toLowerCase(Locale.ROOT) : name)
                .filter(FileLayer::isName)
                .collect(toCollection(LinkedHashSet::new));
    }

    private boolean isWholeRelay(String name) {
        return Schema.keysUnder(Schema.RELAYS).stream()
                .filter(Key::required)
                .allMatch(key -> written.keySet().stream()
                        .flatMap(text -> match(text).stream())
                        .anyMatch(m -> m.key() == key && m.name().equals(name)));
    }

    private boolean isAmbiguous(String name) {
        return isEnvironment() && name.indexOf('_') >= 0;
    }

    /** Sorts everything to its key, given the names that are known under {@link Schema#PROFILES} and {@link Schema#RELAYS}. */
    Layer read(Map<String, Set<String>> known) {
        written.forEach((text, value) -> {
            Optional<Match> match = match(text);
            if (match.isPresent()) {
                place(text, value, match.get(), known);
            } else if (!isServiceLink(text)) {
                unknown(text, known);
            }
        });
        return layer;
    }

    private void place(String text, String value, Match match, Map<String, Set<String>> known) {
        String section = match.key().pattern().contains("*") ? section(match.key()) : "";
        List<String> names = section.isEmpty()
                ? List.of("")
                : known.getOrDefault(section, Set.of()).stream()
                        .filter(name -> spelt(name).equals(match.name()))
                        .toList();
        if (names.size() == 1) {
            layer.put(match.key().path(names.get(0)), Written.single(value, origin(text)));
        } else if (names.size() > 1) {
            String message = "may mean " + String.join(" or ", names) + ", which are spelt the same here";
            error(text, message, "rename one of them, or write the value in the file");
        } else if (!isServiceLink(text)) {
            unknownName(text, match, section, known);
        }
    }

    private void unknownName(String text, Match match, String section, Map<String, Set<String>> known) {
        String what = section.equals(Schema.PROFILES) ? "profile" : "relay";
        Optional<String> near = Nearest.of(text, spellings(known));
        String hint = "a profile must be in the file, or a relay must use it";
        if (section.equals(Schema.RELAYS) && isAmbiguous(match.name()) && isWholeRelay(match.name())) {
            hint = "name the relay in the file: an underscore may stand for '-', '_' or '.'";
        } else if (near.isPresent()) {
            hint = "did you mean " + near.get() + "?";
        } else if (section.equals(Schema.RELAYS)) {
            hint = "a relay must be in the file, or have its listen address and connect addresses here";
        }
        error(text, "there is no " + what + " " + match.name(), hint);
    }

    private void unknown(String text, Map<String, Set<String>> known) {
        Optional<String> near = Nearest.of(text, spellings(known));
        boolean inSection = Schema.wordsIn(Schema.ROOT).stream()
                .anyMatch(word -> text.startsWith(spelt(Schema.ROOT + "." + word + ".")));
        if (near.isPresent()) {
            error(text, "is not a known key", "did you mean " + near.get() + "?");
        } else if (inSection || !isEnvironment()) {
            error(text, "is not a known key", "docs/configuration.md lists them");
        } else {
            // Images and pipelines set variables such as SALLYPORT_VERSION; they do no harm.
            findings.warning(text, origin(text), "is not read by sallyport", null);
        }
    }

    private Set<String> spellings(Map<String, Set<String>> known) {
        Set<String> spellings = new LinkedHashSet<>();
        for (Key<?> key : Schema.KEYS) {
            if (key.pattern().contains("*")) {
                known.getOrDefault(section(key), Set.of()).forEach(name -> spellings.add(spelt(key.path(name))));
            } else {
                spellings.add(spelt(key.pattern()));
            }
        }
        return spellings;
    }

    private Optional<Match> match(String text) {
        for (Key<?> key : Schema.KEYS) {
            String name = nameIn(text, key);
            if (name != null) {
                return Optional.of(new Match(key, name));
            }
        }
        return Optional.empty();
    }

    /** The name that stands in {@code text} where the key's pattern has its {@code *}; null when it's another key. */
    private @Nullable String nameIn(String text, Key<?> key) {
        int star = key.pattern().indexOf('*');
        if (star < 0) {
            return text.equals(spelt(key.pattern())) ? "" : null;
        }
        String before = spelt(key.pattern().substring(0, star));
        String after = spelt(key.pattern().substring(star + 1));
        if (text.length() <= before.length() + after.length() || !text.startsWith(before) || !text.endsWith(after)) {
            return null;
        }
        String name = text.substring(before.length(), text.length() - after.length());
        return name.matches("\".+\"") ? name.substring(1, name.length() - 1) : name;
    }

    private static String section(Key<?> key) {
        return key.pattern().substring(0, key.pattern().indexOf(".*"));
    }

    private String spelt(String path) {
        return isEnvironment() ? Key.variable(path) : path;
    }

    private boolean isEnvironment() {
        return kind == Origin.Kind.ENVIRONMENT;
    }

    private boolean isServiceLink(String text) {
        return isEnvironment() && SERVICE_LINK.matcher(text).matches();
    }

    private Origin origin(String text) {
        return new Origin(kind, text, 0);
    }

    private void error(String text, String message, String hint) {
        findings.error(text, origin(text), message, hint);
    }
}
