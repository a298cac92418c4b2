package io.sallyport.cli;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A table of chains to verify: tab-separated, with a line of column names. {@code target} must be there, or {@code response_der} with an
 * OCSP response; {@code trusted} or {@code cafile},
 * {@code untrusted}, {@code crls} (files with commas between, beside the table), {@code purpose}, {@code auth_level}, {@code options}
 * (in the words of {@code openssl verify}), {@code policy_options}, {@code id}, {@code expected} (ok or fail) may be; others are passed
 * over.
 */
final class VerifyTable {

    private static final Map<String, String> WORDS = Map.ofEntries(
            Map.entry("-attime", "--at"),
            Map.entry("-no_check_time", "--no-check-time"),
            Map.entry("-partial_chain", "--partial-chain"),
            Map.entry("-verify_depth", "--depth"),
            Map.entry("-policy", "--policy"),
            Map.entry("-explicit_policy", "--explicit-policy"),
            Map.entry("-inhibit_any", "--inhibit-any"),
            Map.entry("-inhibit_map", "--inhibit-map"),
            Map.entry("-x509_strict", "--strict"),
            Map.entry("-crl_check", "--crl-check=leaf"),
            Map.entry("-crl_check_all", "--crl-check=all"),
            Map.entry("-verify_hostname", "--name"),
            Map.entry("-verify_ip", "--ip"),
            Map.entry("-verify_email", "--email"),
            Map.entry("-auth_level", "--level"),
            // What these switch on is always on here.
            Map.entry("-check_ss_sig", ""),
            Map.entry("-policy_check", ""),
            Map.entry("-extended_crl", ""),
            Map.entry("-use_deltas", ""));

    /**
     * One line.
     *
     * @param target a certificate, or an OCSP response
     * @param words options of {@code cert verify} for it
     * @param expected {@code ok}, {@code fail} or empty
     */
    record Row(String id, Path target, boolean isResponse, List<String> words, String expected) {}

    private VerifyTable() {}

    /**
     * @throws IOException if it can't be read
     * @throws IllegalArgumentException if it is no such table
     */
    static List<Row> read(Path file) throws IOException {
        List<String> lines = lines(file);
        List<String> columns =
                lines.isEmpty() ? List.of() : List.of(lines.get(0).split("\t", -1));
        if (!columns.contains("target") && !columns.contains("response_der")) {
            throw new IllegalArgumentException(
                    file + " has neither a column 'target' nor 'response_der' in its first line");
        }
        List<Row> rows = new ArrayList<>();
        for (int i = 1; i < lines.size(); i++) {
            if (!lines.get(i).isBlank()) {
                rows.add(row(file, i + 1, columns, lines.get(i).split("\t", -1)));
            }
        }
        return rows;
    }

    private static List<String> lines(Path file) throws IOException {
        try {
            return Files.readAllLines(file);
        } catch (NoSuchFileException e) {
            throw new IllegalArgumentException("there is no table " + file, e);
        } catch (MalformedInputException e) {
            throw new IllegalArgumentException(file + " is no text in UTF-8", e);
        }
    }

    private static Row row(Path file, int line, List<String> columns, String[] values) {
        Map<String, String> row = new HashMap<>();
        for (int i = 0; i < columns.size(); i++) {
            row.put(columns.get(i), i < values.length ? values[i] : "");
        }
        Path beside = Objects.requireNonNullElse(file.toAbsolutePath().getParent(), Path.of(""));
        List<String> words = new ArrayList<>();
        files(words, "--ca", row.get("trusted"), beside);
        files(words, "--ca", row.get("cafile"), beside);
        files(words, "--untrusted", row.get("untrusted"), beside);
        files(words, "--crl", row.get("crls"), beside);
        value(words, "--purpose", row.get("purpose"));
        value(words, "--level", row.get("auth_level"));
        if (row.containsKey("options")) {
            // In OpenSSL's words a CRL counts only where that is asked for.
            words.add("--crl-check=none");
        }
        words.addAll(translated(file, line, row.getOrDefault("options", "")));
        words.addAll(translated(file, line, row.getOrDefault("policy_options", "")));
        String response = row.get("response_der");
        return new Row(
                row.getOrDefault("id", "line " + line),
                beside.resolve(response == null ? row.getOrDefault("target", "") : response),
                response != null,
                words,
                row.getOrDefault("expected", ""));
    }

    private static void files(List<String> words, String option, @Nullable String list, Path beside) {
        if (list != null && !list.isEmpty()) {
            for (String name : list.split(",")) {
                words.add(option + "=" + beside.resolve(name));
            }
        }
    }

    private static void value(List<String> words, String option, @Nullable String value) {
        if (value != null && !value.isEmpty()) {
            words.add(option + "=" + value);
        }
    }

    private static List<String> translated(Path file, int line, String options) {
        List<String> words = new ArrayList<>();
        for (String word : options.split(" ")) {
            String ours = word.startsWith("--") || !word.startsWith("-") ? word : WORDS.get(word);
            if (ours == null) {
                throw new IllegalArgumentException(file + ", line " + line + ": " + word + " has no meaning here");
            }
            if (!ours.isEmpty()) {
                words.add(ours);
            }
        }
        return words;
    }
}
