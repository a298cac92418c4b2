package io.sallyport.pki;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads PEM as editors, shells and copy-and-paste leave it: any line ends, a byte order mark, indented lines, text around the
 * blocks, no newline at the end. Own code because the readers at hand skip what they don't understand, and an operator then reads
 * "no key found" where one line is wrong.
 */
final class PemReader {

    private static final String BEGIN = "-----BEGIN ";
    private static final String END = "-----END ";
    private static final String DASHES = "-----";

    /** No certificate bundle comes near it; what does is some other file. */
    private static final long LARGEST_FILE = 64L << 20;

    private final Path file;
    private final String[] lines;
    private int next;

    private PemReader(Path file, String text) {
        this.file = file;
        this.lines = text.split("\r\n|\n|\r", -1);
    }

    /**
     * All blocks of a file, in order; none if it has none.
     *
     * @throws UnusableFileException if it can't be read, or a block is broken
     */
    static List<PemBlock> read(Path file) throws UnusableFileException {
        return parse(file, bytes(file));
    }

    static List<PemBlock> parse(Path file, byte[] content) throws UnusableFileException {
        String text = new String(content, StandardCharsets.UTF_8);
        return new PemReader(file, text.startsWith("\uFEFF") ? text.substring(1) : text).blocks();
    }

    static byte[] bytes(Path file) throws UnusableFileException {
        try {
            if (Files.isDirectory(file)) {
                throw new UnusableFileException(file, "is a directory, not a file", "name a file in it");
            }
            if (Files.size(file) > LARGEST_FILE) {
                throw new UnusableFileException(file, "has more than 64 MiB; this is no key or certificate file", null);
            }
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw new UnusableFileException(
                    file,
                    "doesn't exist",
                    "relative paths start at the working directory, "
                            + Path.of("").toAbsolutePath());
        } catch (AccessDeniedException e) {
            throw new UnusableFileException(
                    file,
                    "may not be read by user " + System.getProperty("user.name"),
                    "check owner and mode of the file");
        } catch (FileSystemException e) {
            // Its message begins with the file's name, which is there already.
            throw new UnusableFileException(file, "can't be read: " + e.getReason(), "check the path");
        } catch (IOException e) {
            throw new UnusableFileException(file, "can't be read: " + e.getMessage(), null);
        }
    }

    private List<PemBlock> blocks() throws UnusableFileException {
        List<PemBlock> found = new ArrayList<>();
        while (next < lines.length) {
            String line = lines[next++].strip();
            int begin = line.indexOf(BEGIN);
            if (begin > 0 && line.lastIndexOf(DASHES, begin - 1) >= 0) {
                throw joined(next);
            }
            // Text before BEGIN on its line is text around the block: OpenSSL doesn't see the block either.
            if (begin == 0) {
                found.add(block(label(line, BEGIN)));
            }
        }
        return found;
    }

    private PemBlock block(String label) throws UnusableFileException {
        int first = next;
        Map<String, String> headers = headers();
        StringBuilder body = new StringBuilder();
        while (next < lines.length) {
            String line = lines[next++].strip();
            if (line.startsWith(END)) {
                String end = label(line, END);
                if (!end.equals(label)) {
                    throw broken("a block begins as " + label + " and ends as " + end, next);
                }
                return new PemBlock(label, headers, decode(body, first), first);
            }
            if (line.startsWith(BEGIN)) {
                throw broken("the block that begins in line " + first + " has no END before the next BEGIN", next);
            }
            if (line.contains(END)) {
                throw broken("base64 and END stand on one line; END needs its own", next);
            }
            body.append(line);
        }
        throw broken("the block that begins here has no END; the file is cut short", first);
    }

    private Map<String, String> headers() {
        Map<String, String> headers = new LinkedHashMap<>();
        String name = null;
        for (int at = next; at < lines.length; at++) {
            String line = lines[at].strip();
            int colon = line.indexOf(':');
            if (colon > 0) {
                name = line.substring(0, colon);
                headers.put(name, line.substring(colon + 1).strip());
            } else if (name != null && lines[at].startsWith(" ") && !line.isEmpty()) {
                headers.merge(name, line, String::concat);
            } else {
                next = headers.isEmpty() ? next : at;
                break;
            }
        }
        return headers;
    }

    private String label(String line, String start) throws UnusableFileException {
        int end = line.indexOf(DASHES, start.length());
        if (end < 0) {
            throw broken("'" + start.strip() + "' lacks its closing dashes", next);
        }
        if (end + DASHES.length() < line.length()) {
            throw joined(next);
        }
        return line.substring(start.length(), end);
    }

    private byte[] decode(StringBuilder body, int line) throws UnusableFileException {
        String base64 = body.toString().replaceAll("[ \t]", "");
        if (base64.isEmpty()) {
            throw broken("the block that begins here is empty", line);
        }
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            // The decoder's message quotes characters of the body: it must not get out.
            throw broken("the block that begins here isn't valid base64", line);
        }
    }

    private UnusableFileException joined(int line) {
        return broken("two PEM blocks are joined on one line", line, "put a line break between END and BEGIN");
    }

    private UnusableFileException broken(String what, int line) {
        return broken(what, line, "copy it anew, or have it written again");
    }

    private UnusableFileException broken(String what, int line, @Nullable String hint) {
        return new UnusableFileException(file, "line " + line + ": " + what, hint);
    }
}
