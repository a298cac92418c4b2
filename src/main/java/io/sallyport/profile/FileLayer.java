package io.sallyport.profile;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
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

    private final String file;
    private final Findings findings;
    private final Layer layer = new Layer(Origin.Kind.FILE);
    private final Map<String, Origin> sections = new HashMap<>();
    private final Map<String, Map<String, String>> names = new HashMap<>();

    FileLayer(String file, Findings findings) {
        this.file = file;
        this.findings = findings;
    }

    void read(Node root) {
        section("", "", root);
    }

    Layer layer() {
        return layer;
    }

    /** The names that stand in {@link Schema#PROFILES} or {@link Schema#RELAYS}, in order. */
    Set<String> names(String section) {
        return names.getOrDefault(section, Map.of()).keySet();
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
            wrongShape(path, node, "keys such as " + String.join(", ", examples(pattern)));
            return;
        }
        Map<String, Integer> lines = new HashMap<>();
        for (NodeTuple tuple : mapping.getValue()) {
            if (!(tuple.getKeyNode() instanceof ScalarNode keyNode)) {
                findings.error(shown(path), at(tuple.getKeyNode()), "has a key that is not a word", null);
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
        String childPath = step(path, word);
        if (words.contains("*")) {
            checkName(childPath, word, keyNode);
            names.computeIfAbsent(pattern, section -> new LinkedHashMap<>()).put(word, childPath);
            sections.put(childPath, at(keyNode));
            section(pattern + ".*", childPath, node);
        } else if (!words.contains(word)) {
            findings.error(childPath, at(keyNode), "is not a known key", UnknownKey.hint(pattern, word));
        } else {
            String childPattern = pattern.isEmpty() ? word : pattern + "." + word;
            Optional<Key<?>> key = Schema.key(childPattern);
            if (key.isPresent()) {
                value(key.get(), childPath, keyNode, node);
            } else {
                sections.put(childPath, at(keyNode));
                section(childPattern, childPath, node);
            }
        }
    }

    /** Whether a profile or a relay may be called so. */
    static boolean isName(String text) {
        return NAME.matcher(text).matches();
    }

    private void checkName(String path, String name, Node keyNode) {
        if (!isName(name)) {
            findings.error(
                    path,
                    at(keyNode),
                    "is not a name: expected letters, digits, '.', '_' and '-', 1 to 63 of them, a letter or digit first",
                    null);
        }
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
        findings.error(shown(path), at(node), message + "; expected " + expected, null);
    }

    private static Set<String> examples(String pattern) {
        Set<String> words = Schema.wordsIn(pattern);
        return words.contains("*") ? Set.of("a name of your choice") : words;
    }

    private String shown(String path) {
        return path.isEmpty() ? file : path;
    }

    private static String step(String path, String word) {
        return path.isEmpty() ? Key.quoted(word) : path + "." + Key.quoted(word);
    }

    private Origin at(@Nullable Node node) {
        return Origin.file(file, node == null ? 0 : Nodes.line(node));
    }
}
