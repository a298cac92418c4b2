package io.sallyport.profile;

import java.util.Set;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.resolver.Resolver;

/** Small questions to YAML's nodes. */
final class Nodes {

    private static final Set<Tag> PLAIN_TAGS = Set.of(Tag.STR, Tag.MAP, Tag.SEQ);
    private static final Set<String> NOTHING = Set.of("", "~", "null", "Null", "NULL");

    private Nodes() {}

    /** Takes every scalar as text. YAML 1.1 would read {@code off} as false and {@code 1_000} as a number. */
    static final class NoGuessing extends Resolver {
        @Override
        protected void addImplicitResolvers() {
            // None: that is the point.
        }
    }

    /** Nothing stands after the key. */
    static boolean isNothing(Node node) {
        return node instanceof ScalarNode scalar
                && scalar.getScalarStyle() == ScalarStyle.PLAIN
                && NOTHING.contains(scalar.getValue());
    }

    /** Written with a tag such as {@code !!int} or {@code !secret}, which nobody here would heed. */
    static boolean hasTag(Node node) {
        return !PLAIN_TAGS.contains(node.getTag());
    }

    /** What stands there, without a word of its content: it may be a secret that is in the wrong place. */
    static String shape(Node node) {
        if (node instanceof MappingNode) {
            return "keys";
        }
        return node instanceof SequenceNode ? "a list" : "a single value";
    }

    static int line(Node node) {
        return node.getStartMark().getLine() + 1;
    }
}
