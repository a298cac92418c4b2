package io.sallyport.cli;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The process's stdout. It remembers why it couldn't be written to: a {@link PrintStream} only knows that it couldn't. */
final class Stdout extends FilterOutputStream {

    private final PrintStream printed;
    private @Nullable IOException failure;

    Stdout() {
        this(new FileOutputStream(FileDescriptor.out));
    }

    Stdout(OutputStream out) {
        super(out);
        printed = new PrintStream(new BufferedOutputStream(this), false, charset());
    }

    /** That of the locale; UTF-8 where that is ASCII, as in containers without a locale: names and trees need more. */
    private static Charset charset() {
        String locale = System.getProperty("native.encoding", "UTF-8");
        return Charset.isSupported(locale) && !Charset.forName(locale).equals(StandardCharsets.US_ASCII)
                ? Charset.forName(locale)
                : StandardCharsets.UTF_8;
    }

    PrintStream printed() {
        return printed;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        try {
            out.write(bytes, offset, length);
        } catch (IOException e) {
            failure = e;
            throw e;
        }
    }

    /** Why something wasn't written; null if all was, or if who read it had read enough, as {@code head} has. */
    @Nullable
    String fault() {
        printed.flush();
        if (failure == null || "Broken pipe".equals(failure.getMessage())) {
            return null;
        }
        return failure.getMessage() == null ? "the write failed" : failure.getMessage();
    }
}
