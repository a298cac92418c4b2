package io.sallyport.gateway;

import io.sallyport.fault.Mistake;
import io.sallyport.pki.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The bearer tokens of a file, each on a line of its own, so that an old and a new one can be in force side by side. Only their
 * digests are kept: what isn't there can't be printed.
 *
 * @param digests SHA-256 of each, in hexadecimal
 */
public record TokenFile(Set<String> digests) {

    static final TokenFile NONE = new TokenFile(Set.of());

    /** 128 bits, in hexadecimal: not to be guessed, however often one may try. */
    private static final int SHORTEST = 32;

    /** Of these RFC 6750 (section 2.1) makes a token; a shorter alphabet of the same length holds less. */
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9._~+/-]+=*");

    private static final int MOST = 16;
    private static final long LARGEST_FILE = 1 << 16;
    private static final String MAKE = "make one: (umask 077; openssl rand -hex 32 > FILE)";

    private static final Set<PosixFilePermission> OF_OTHERS = EnumSet.of(
            PosixFilePermission.OTHERS_READ, PosixFilePermission.OTHERS_WRITE, PosixFilePermission.OTHERS_EXECUTE);
    private static final Set<PosixFilePermission> OF_THE_GROUP = EnumSet.of(
            PosixFilePermission.GROUP_READ, PosixFilePermission.GROUP_WRITE, PosixFilePermission.GROUP_EXECUTE);

    public TokenFile {
        digests = Set.copyOf(digests);
    }

    /** The SHA-256 of a token that somebody shows. */
    public static String digest(String token) {
        return Sha256.hex(token.getBytes(StandardCharsets.UTF_8));
    }

    /** What stands in a file, good or not. */
    public static List<String> tokens(Path file) throws IOException {
        return Files.readString(file)
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .toList();
    }

    /** Whether it has the form of a bearer token. */
    public static boolean isToken(String text) {
        return TOKEN.matcher(text).matches();
    }

    /** Whether it is one of these. Takes as long whichever it is, and however much of it is right. */
    public boolean has(String digest) {
        byte[] shown = digest.getBytes(StandardCharsets.US_ASCII);
        boolean found = false;
        for (String known : digests) {
            found |= MessageDigest.isEqual(known.getBytes(StandardCharsets.US_ASCII), shown);
        }
        return found;
    }

    /**
     * Reads a file.
     *
     * @param key of the configuration, for the mistakes
     */
    static TokenFile read(String key, Path file, List<Mistake> mistakes) {
        try {
            if (Files.size(file) > LARGEST_FILE) {
                mistakes.add(Mistake.error(key, null, file + " has more than 64 KiB; this is no file of tokens", MAKE));
                return NONE;
            }
            List<String> tokens = tokens(file);
            List<Mistake> found = new ArrayList<>();
            checkReaders(key, file, found);
            checkTokens(key, file, tokens, found);
            mistakes.addAll(found);
            Set<String> digests = new LinkedHashSet<>();
            tokens.forEach(token -> digests.add(digest(token)));
            return found.isEmpty() ? new TokenFile(digests) : NONE;
        } catch (NoSuchFileException e) {
            mistakes.add(Mistake.error(key, null, file + " doesn't exist", MAKE));
        } catch (IOException e) {
            mistakes.add(Mistake.error(
                    key, null, file + " can't be read as text by user " + System.getProperty("user.name"), MAKE));
        }
        return NONE;
    }

    private static void checkTokens(String key, Path file, List<String> tokens, List<Mistake> found) {
        if (tokens.isEmpty()) {
            found.add(Mistake.error(key, null, file + " holds no token", MAKE));
        } else if (tokens.size() > MOST) {
            found.add(Mistake.error(
                    key, null, file + " holds " + tokens.size() + " tokens; the most are " + MOST, "remove old ones"));
        }
        for (int i = 0; i < tokens.size(); i++) {
            String token = tokens.get(i);
            if (token.length() < SHORTEST) {
                found.add(Mistake.error(
                        key,
                        null,
                        "token " + (i + 1) + " of " + file + " has " + token.length() + " characters; it needs "
                                + SHORTEST + ", so that nobody guesses it",
                        MAKE));
            } else if (!isToken(token)) {
                found.add(Mistake.error(
                        key,
                        null,
                        "token " + (i + 1) + " of " + file + " has characters that no bearer token can have",
                        "letters, digits and -._~+/ may stand there, and = at the end; " + MAKE));
            }
        }
    }

    /**
     * Who else may read it could use it. The group may where the file isn't ours: Kubernetes gives Secrets to root and to the
     * group of the pod, which is then the only way in.
     */
    private static void checkReaders(String key, Path file, List<Mistake> found) throws IOException {
        if (!Files.getFileStore(file).supportsFileAttributeView("posix")) {
            return;
        }
        PosixFileAttributes attributes = Files.readAttributes(file, PosixFileAttributes.class);
        boolean isOurs = attributes.owner().getName().equals(System.getProperty("user.name"));
        Set<PosixFilePermission> tooMany = EnumSet.copyOf(OF_OTHERS);
        tooMany.addAll(isOurs ? OF_THE_GROUP : EnumSet.of(PosixFilePermission.GROUP_WRITE));
        tooMany.retainAll(attributes.permissions());
        if (!tooMany.isEmpty()) {
            found.add(Mistake.error(
                    key,
                    null,
                    file + " is open to others than user " + attributes.owner().getName(),
                    "chmod " + (isOurs ? "600 " : "440 ") + file));
        }
    }
}
