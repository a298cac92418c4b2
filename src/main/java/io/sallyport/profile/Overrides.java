package io.sallyport.profile;

import static java.util.stream.Collectors.toCollection;

import io.sallyport.profile.Spelling.Match;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

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
    private final Spelling spelling;
    private final Map<String, String> written = new TreeMap<>();
    private final Map<String, Match> matches = new TreeMap<>();
    private final Findings findings;

    private Overrides(Origin.Kind kind, Spelling spelling, Map<String, String> all, Findings findings) {
        this.kind = kind;
        this.spelling = spelling;
        this.findings = findings;
        String prefix = spelling.of(Schema.ROOT + ".");
        all.forEach((text, value) -> {
            if (text.startsWith(prefix) && !OTHERS.contains(text)) {
                written.put(text, value.strip());
                spelling.match(text).ifPresent(match -> matches.put(text, match));
            }
        });
    }

    static Overrides environment(Map<String, String> variables, Findings findings) {
        return new Overrides(Origin.Kind.ENVIRONMENT, Spelling.VARIABLE, variables, findings);
    }

    static Overrides properties(Map<String, String> properties, Findings findings) {
        return new Overrides(Origin.Kind.PROPERTY, Spelling.PATH, properties, findings);
    }

    static Overrides secretFiles(Map<String, String> contents, Findings findings) {
        return new Overrides(Origin.Kind.SECRET_FILE, Spelling.PATH, contents, findings);
    }

    /** The profile names that relays refer to out here. */
    Set<String> references() {
        Set<String> references = new LinkedHashSet<>();
        matches.forEach((text, match) -> {
            if (match.key() == Schema.LISTEN_PROFILE || match.key() == Schema.CONNECT_PROFILE) {
                references.add(written.getOrDefault(text, ""));
            }
        });
        return references;
    }

    /** The relays beside those in the file that have all that they must have out here, and whose name reads in one way only. */
    Set<String> wholeRelays(Set<String> inFile) {
        Set<String> whole = wholeRelays();
        inFile.forEach(name -> whole.remove(spelling.of(name)));
        return whole.stream()
                .flatMap(spelt -> spelling.name(spelt).stream())
                .filter(FileLayer::isName)
                .collect(toCollection(LinkedHashSet::new));
    }

    /** The names, as they are spelt, of relays that have all that they must have. */
    private Set<String> wholeRelays() {
        Map<String, Set<Key<?>>> found = new HashMap<>();
        Set<String> whole = new LinkedHashSet<>();
        for (Match match : matches.values()) {
            if (match.key().required()) {
                Set<Key<?>> keys = found.computeIfAbsent(match.name(), name -> new HashSet<>());
                keys.add(match.key());
                if (keys.containsAll(Schema.REQUIRED_OF_RELAY)) {
                    whole.add(match.name());
                }
            }
        }
        return whole;
    }

    /** Sorts everything to its key, given the names that are known. */
    Layer read(Names known) {
        Layer layer = new Layer(kind);
        Map<String, List<String>> profiles = known.bySpelling(Schema.PROFILES, spelling);
        Map<String, List<String>> relays = known.bySpelling(Schema.RELAYS, spelling);
        written.forEach((text, value) -> {
            Match match = matches.get(text);
            if (match == null) {
                unknownKey(text, known);
            } else if (!match.key().isNamed()) {
                layer.put(match.key().pattern(), Written.single(value, origin(text)));
            } else {
                Map<String, List<String>> names = match.key().section().equals(Schema.PROFILES) ? profiles : relays;
                name(text, match, names.getOrDefault(match.name(), List.of()), known)
                        .ifPresent(name -> layer.put(match.key().path(name), Written.single(value, origin(text))));
            }
        });
        return layer;
    }

    /** The one name that {@code text} is for, of those that are spelt so. */
    private Optional<String> name(String text, Match match, List<String> names, Names known) {
        if (names.size() == 1) {
            return Optional.of(names.get(0));
        }
        if (names.isEmpty()) {
            unknownName(text, match, known);
        } else {
            String message = "may mean " + String.join(" or ", names) + ", which are spelt the same here";
            error(text, message, "rename one of them, or write the value in the file");
        }
        return Optional.empty();
    }

    private void unknownName(String text, Match match, Names known) {
        if (isServiceLink(text)) {
            return;
        }
        boolean isRelay = match.key().section().equals(Schema.RELAYS);
        Optional<String> near = Nearest.of(text, known.allKeys(spelling));
        String hint;
        if (isRelay && wholeRelays().contains(match.name())) {
            hint = "name the relay in the file: an underscore may stand for '-', '_' or '.'";
        } else if (near.isPresent()) {
            hint = "did you mean " + near.get() + "?";
        } else {
            hint = isRelay
                    ? "a relay must be in the file, or have its listen address and connect addresses here"
                    : "a profile must be in the file, or a relay must use it";
        }
        error(text, "there is no " + (isRelay ? "relay " : "profile ") + match.name(), hint);
    }

    private void unknownKey(String text, Names known) {
        if (isServiceLink(text)) {
            return;
        }
        Optional<String> near = Nearest.of(text, known.allKeys(spelling));
        boolean isInSection = Schema.wordsIn(Schema.ROOT).stream()
                .anyMatch(word -> text.startsWith(spelling.of(Schema.ROOT + "." + word + ".")));
        if (near.isPresent()) {
            error(text, "is not a known key", "did you mean " + near.get() + "?");
        } else if (isInSection || spelling == Spelling.PATH) {
            error(text, "is not a known key", "docs/configuration.md lists them");
        } else {
            // Images and pipelines set variables such as SALLYPORT_VERSION; they do no harm.
            findings.warning(text, origin(text), "is not read by sallyport", null);
        }
    }

    private boolean isServiceLink(String text) {
        return kind == Origin.Kind.ENVIRONMENT && SERVICE_LINK.matcher(text).matches();
    }

    private Origin origin(String text) {
        return new Origin(kind, text, 0);
    }

    private void error(String text, String message, String hint) {
        findings.error(text, origin(text), message, hint);
    }
}
