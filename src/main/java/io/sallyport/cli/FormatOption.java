package io.sallyport.cli;

import picocli.CommandLine.Option;

/** {@code --format}: whom an answer is for. */
final class FormatOption {

    /** The names are what is typed. */
    private enum Format {
        text,
        json
    }

    @Option(
            names = "--format",
            paramLabel = "text|json",
            defaultValue = "text",
            description = "For people, or for programs. Default: text")
    private Format format = Format.text;

    boolean isJson() {
        return format == Format.json;
    }
}
