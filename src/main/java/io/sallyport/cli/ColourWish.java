package io.sallyport.cli;

import java.util.Map;

/** {@code --color}: when words are coloured. The names are what is typed. */
enum ColourWish {
    auto,
    always,
    never;

    /** With {@code auto}: on a terminal that can do it, unless NO_COLOR is set (no-color.org). */
    Palette palette(boolean terminal, Map<String, String> environment) {
        return switch (this) {
            case always -> Palette.COLOURED;
            case never -> Palette.PLAIN;
            case auto -> {
                boolean unwanted = !environment.getOrDefault("NO_COLOR", "").isEmpty()
                        || environment.getOrDefault("TERM", "").equals("dumb");
                yield terminal && !unwanted ? Palette.COLOURED : Palette.PLAIN;
            }
        };
    }
}
