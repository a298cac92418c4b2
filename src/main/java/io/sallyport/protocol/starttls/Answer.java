package io.sallyport.protocol.starttls;

import java.util.List;
import java.util.Locale;

/** What one answer of a server comes to, line by line. */
abstract class Answer {

    enum Verdict {
        /** It goes on. */
        MORE,
        YES,
        NO
    }

    abstract Verdict line(String line);

    /** A single line that begins with these words. */
    static Answer words(String... begins) {
        return new Answer() {
            @Override
            Verdict line(String line) {
                return beginsWith(line, List.of(begins)) ? Verdict.YES : Verdict.NO;
            }
        };
    }

    /** The same, behind any number of lines that are nobody's answer: those beginning with {@code others}. */
    static Answer behind(String others, String begins) {
        return new Answer() {
            @Override
            Verdict line(String line) {
                if (beginsWith(line, List.of(begins))) {
                    return Verdict.YES;
                }
                return beginsWith(line, List.of(others)) ? Verdict.MORE : Verdict.NO;
            }
        };
    }

    /** A reply with one of these codes, of any number of lines, as SMTP and FTP have it (RFC 959, section 4.2). */
    static Answer code(String... codes) {
        return new Reply(List.of(codes), "");
    }

    /** The same, of which one line names {@code keyword} behind its code. */
    static Answer codeNaming(String code, String keyword) {
        return new Reply(List.of(code), keyword);
    }

    private static boolean beginsWith(String line, List<String> words) {
        return words.stream().anyMatch(word -> line.regionMatches(true, 0, word, 0, word.length()));
    }

    private static final class Reply extends Answer {

        private final List<String> codes;
        private final String keyword;
        private String code = "";
        private boolean named;

        Reply(List<String> codes, String keyword) {
            this.codes = codes;
            this.keyword = keyword;
            this.named = keyword.isEmpty();
        }

        @Override
        Verdict line(String line) {
            if (code.isEmpty()) {
                if (!line.matches("\\d{3}([ -].*)?")) {
                    return Verdict.NO;
                }
                code = line.substring(0, 3);
            }
            boolean ours = line.startsWith(code);
            String text = line.substring(Math.min(4, line.length())).strip();
            named |= ours && text.toUpperCase(Locale.ROOT).split(" ", 2)[0].equals(keyword);
            if (!ours || line.startsWith(code + "-")) {
                return Verdict.MORE;
            }
            return codes.contains(code) && named ? Verdict.YES : Verdict.NO;
        }
    }
}
