package io.sallyport.profile;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/**
 * Walks the file's nodes along the schema: notes each value with its line, and finds what isn't in the schema, what is
 * there twice, and what has the wrong shape.
 */
final class FileLayer {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");

    static final String NAME_RULE = "letters, digits, '.', '_' and '-', 1 to 63 of them, a letter or digit first";

    private final String file;
    private final Findings findings;
    private final Layer layer = new Layer(Origin.Kind.FILE);
    private final Map<String, Origin> sections = new HashMap<>();
    private final Map<String, Set<String>> names = new HashMap<>();
    private final Map<String, Integer> lengths = new HashMap<>();

    FileLayer(String file, Findings findings) {
        this.file = file;
        this.findings = findings;
    }

    void read(MappingNode root) {
        section("", "", root);
    }

    Layer layer() {
        return layer;
    }

    /** The names that stand in {@link Schema#PROFILES} or {@link Schema#RELAYS}, in order. */
    Set<String> names(String section) {
        return names.getOrDefault(section, Set.of());
    }

    /** How many elements each list of sections has, by full path. */
    Map<String, Integer> lengths() {
        return lengths;
    }

    /** Where each section begins, by full path. */
    Map<String, Origin> sections() {
        return sections;
    }

    private void section(String pattern, String path, Node node) {
        if (Nodes.isNothing(node)) {
            return;
        }
        if (!(node instanceof MappingNode mapping) || Nodes.hasTag(node)) {
            wrongShape(path, node, expectedIn(pattern));
            return;
        }
        Map<String, Integer> lines = new HashMap<>();
        for (NodeTuple tuple : mapping.getValue()) {
            if (!(tuple.getKeyNode() instanceof ScalarNode keyNode)) {
                findings.error(
                        path.isEmpty() ? file : path, at(tuple.getKeyNode()), "has a key that is not a word", null);
                continue;
            }
            Integer earlier = lines.putIfAbsent(keyNode.getValue(), Nodes.line(keyNode));
            if (earlier != null) {
                String message = "is there twice, first in line " + earlier;
                findings.error(step(path, keyNode.getValue()), at(keyNode), message, "remove one of the two");
            } else {
                entry(pattern, path, keyNode, tuple.getValueNode());
            }
        }
    }

    private void entry(String pattern, String path, ScalarNode keyNode, Node node) {
        String word = keyNode.getValue();
        Set<String> words = Schema.wordsIn(pattern);
        if (words.contains("*")) {
            name(pattern, step(path, word), keyNode, node);
        } else if (words.contains(word)) {
            known(step(pattern, word), step(path, word), keyNode, node);
        } else {
            findings.error(step(path, word), at(keyNode), "is not a known key", UnknownKey.hint(pattern, word));
            // Go on as if it were written right, so that one slip doesn't make mistakes of what is fine.
            Nearest.of(word, words).ifPresent(near -> meant(step(pattern, near), step(path, near), keyNode, node));
        }
    }

    private void name(String section, String path, ScalarNode keyNode, Node node) {
        String name = keyNode.getValue();
        if (!isName(name)) {
            findings.error(path, at(keyNode), "is not a name; expected " + NAME_RULE, null);
        }
        names.computeIfAbsent(section, s -> new LinkedHashSet<>()).add(name);
        sections.put(path, at(keyNode));
        section(section + ".*", path, node);
    }

    private void known(String pattern, String path, ScalarNode keyNode, Node node) {
        Optional<Key<?>> key = Schema.key(pattern);
        if (key.isPresent()) {
            value(key.get(), path, keyNode, node);
        } else {
            sections.putIfAbsent(path, at(keyNode));
            if (pattern.equals(RouteKeys.ROUTES)) {
                sectionList(pattern, path, node);
            } else {
                section(pattern, path, node);
            }
        }
    }

    private void sectionList(String pattern, String path, Node node) {
        if (Nodes.isNothing(node)) {
            return;
        }
        if (!(node instanceof SequenceNode sequence) || Nodes.hasTag(node)) {
            wrongShape(path, node, "a list, each element with " + expectedIn(pattern));
            return;
        }
        int index = 0;
        for (Node element : sequence.getValue()) {
            String place = path + "[" + index++ + "]";
            sections.put(place, at(element));
            if (Nodes.isNothing(element)) {
                wrongShape(place, element, expectedIn(pattern));
            } else {
                section(pattern, place, element);
            }
        }
        lengths.put(path, index);
    }

    private void meant(String pattern, String path, ScalarNode keyNode, Node node) {
        if (Schema.key(pattern).isPresent()) {
            // The value isn't read: it may be a secret, and would be shown if it were wrong.
            findings.excuse(path);
        } else {
            known(pattern, path, keyNode, node);
        }
    }

    /** Whether a profile or a relay may be called so. */
    static boolean isName(String text) {
        return NAME.matcher(text).matches();
    }

    private void value(Key<?> key, String path, ScalarNode keyNode, Node node) {
        if (Nodes.isNothing(node)) {
            findings.error(
                    path, at(keyNode), "has no value; expected " + key.kind().label(), null);
        } else if (Nodes.hasTag(node)) {
            findings.error(path, at(keyNode), "has a YAML tag; tags mean nothing here", "remove it");
        } else if (node instanceof ScalarNode scalar) {
            layer.put(path, Written.single(scalar.getValue().strip(), at(keyNode)));
        } else if (node instanceof SequenceNode sequence && key.kind().isList()) {
            list(path, keyNode, sequence);
        } else {
            wrongShape(path, node, key.kind().label());
        }
    }

    private void list(String path, Node keyNode, SequenceNode sequence) {
        List<String> texts = new ArrayList<>();
        List<Origin> elements = new ArrayList<>();
        for (Node element : sequence.getValue()) {
            if (element instanceof ScalarNode scalar && !Nodes.isNothing(element) && !Nodes.hasTag(element)) {
                texts.add(scalar.getValue().strip());
                elements.add(at(element));
            } else {
                String found = Nodes.isNothing(element) ? "nothing" : Nodes.shape(element);
                String hint = element instanceof MappingNode ? "host:port has no space after the colon" : null;
                findings.error(path, at(element), "has " + found + " in the list; expected single values", hint);
            }
        }
        layer.put(path, Written.list(texts, at(keyNode), elements));
    }

    private void wrongShape(String path, Node node, String expected) {
        String message = Nodes.hasTag(node) ? "has a YAML tag" : "has " + Nodes.shape(node);
        findings.error(path, at(node), message + "; expected " + expected, null);
    }

    private static String expectedIn(String pattern) {
        Set<String> words = Schema.wordsIn(pattern);
        return words.contains("*")
                ? "names of your choice, with keys under each"
                : "keys such as " + String.join(", ", words);
    }

    private static String step(String path, String word) {
        return path.isEmpty() ? Key.quoted(word) : path + "." + Key.quoted(word);
    }

    private Origin at(Node node) {
        return Origin.file(file, Nodes.line(node));
    }
}
