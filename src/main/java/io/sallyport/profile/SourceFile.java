package io.sallyport.profile;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.composer.Composer;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.ReaderException;
import org.yaml.snakeyaml.reader.StreamReader;

/**
 * Reads the configuration file as far as YAML's grammar goes. The nodes keep their lines, which a loader into maps
 * throws away.
 */
final class SourceFile {

    /** More than any configuration needs; a wrong path to a log or a core dump is found before it fills the memory. */
    private static final int MAX_BYTES = 1 << 20;

    private final Path file;
    private final Findings findings;

    SourceFile(Path file, Findings findings) {
        this.file = file;
        this.findings = findings;
    }

    /** The root node, or nothing after a finding that says why. */
    Optional<MappingNode> read() {
        return text().flatMap(this::compose);
    }

    private Optional<String> text() {
        if (Files.isDirectory(file)) {
            return refuse(
                    "is a directory; expected a YAML file", "name the file in it, such as " + file + "/sallyport.yaml");
        }
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(MAX_BYTES + 1);
        } catch (NoSuchFileException e) {
            return refuse("there is no such file", "name another one with --config FILE");
        } catch (AccessDeniedException e) {
            return refuse("can't be read: permission denied", "let the user that runs sallyport read it");
        } catch (FileSystemException e) {
            return refuse("can't be read: " + e.getReason(), null);
        } catch (IOException e) {
            return refuse("can't be read: " + e.getMessage(), null);
        }
        if (bytes.length > MAX_BYTES) {
            return refuse("is larger than 1 MiB; that is no configuration", null);
        }
        return decode(bytes);
    }

    private Optional<String> decode(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        try {
            String text = UTF_8.newDecoder().decode(in).toString();
            return Optional.of(text.startsWith("\uFEFF") ? text.substring(1) : text);
        } catch (CharacterCodingException e) {
            String before = new String(bytes, 0, in.position(), UTF_8);
            return broken("is not UTF-8 text", line(before), "save it as UTF-8");
        }
    }

    private Optional<MappingNode> compose(String text) {
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(MAX_BYTES);
        try {
            Composer composer =
                    new Composer(new ParserImpl(new StreamReader(text), options), new Nodes.NoGuessing(), options);
            Node root = composer.getSingleNode();
            if (root == null || Nodes.isNothing(root)) {
                return refuse("is empty", "docs/configuration.md has an example to start from");
            }
            if (root instanceof MappingNode mapping && !Nodes.hasTag(root)) {
                return Optional.of(mapping);
            }
            return broken(
                    "has " + Nodes.shape(root) + " at its top; expected the key " + Schema.ROOT,
                    Nodes.line(root),
                    null);
        } catch (MarkedYAMLException e) {
            return broken(sentence(e), line(e), hint(e.getProblem()));
        } catch (ReaderException e) {
            String before = text.substring(0, Math.min(e.getPosition(), text.length()));
            String character = String.format("U+%04X", e.getCodePoint());
            return broken("is not YAML: the character " + character + " may not stand in it", line(before), null);
        } catch (YAMLException e) {
            return refuse("is not YAML: " + e.getMessage(), null);
        }
    }

    /** SnakeYAML's own sentence; not its whole message, which quotes the line and whatever secret is in it. */
    private static String sentence(MarkedYAMLException e) {
        Mark mark = e.getProblemMark();
        String column = mark == null ? "" : " (column " + (mark.getColumn() + 1) + ")";
        String context = e.getContext() == null ? "" : e.getContext() + ", ";
        return "is not YAML: " + context + e.getProblem() + column;
    }

    /** What usually is behind a sentence of SnakeYAML's, which tells only what its grammar stumbled on. */
    private static @Nullable String hint(String problem) {
        if (problem.contains("TAB")) {
            return "indent with spaces";
        } else if (problem.contains("<block end>") || problem.contains("mapping values are not allowed")) {
            return "look at the indentation here and in the lines above";
        } else if (problem.contains("but got {")
                || problem.contains("undefined alias")
                || problem.contains("cannot start")) {
            return "put the value in quotes";
        }
        return problem.contains("another document") ? "keep one, and remove the line ---" : null;
    }

    private static int line(MarkedYAMLException e) {
        return e.getProblemMark() == null ? 0 : e.getProblemMark().getLine() + 1;
    }

    private static int line(String before) {
        return (int) before.chars().filter(c -> c == '\n').count() + 1;
    }

    private <T> Optional<T> refuse(String message, @Nullable String hint) {
        findings.error(file.toString(), null, message, hint);
        return Optional.empty();
    }

    private <T> Optional<T> broken(String message, int line, @Nullable String hint) {
        findings.error(file.toString(), Origin.file(file.toString(), line), message, hint);
        return Optional.empty();
    }
}
