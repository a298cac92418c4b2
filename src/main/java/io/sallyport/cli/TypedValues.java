package io.sallyport.cli;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Reads values of options; says in plain words what would be right. They are classes and not lambdas: picocli's interface was
 * compiled for Java 5, and JDK 17 crashes when it archives lambdas of such a one.
 */
final class TypedValues {

    private TypedValues() {}

    static void register(CommandLine line) {
        line.registerConverter(Integer.class, new Number());
        line.registerConverter(int.class, new Number());
        line.registerConverter(Instant.class, new Time());
    }

    private static final class Number implements ITypeConverter<Integer> {

        @Override
        public Integer convert(String text) {
            try {
                return Integer.parseInt(text);
            } catch (NumberFormatException e) {
                throw new TypeConversionException("'" + text + "' is no whole number");
            }
        }
    }

    /** A time, or a day, which begins at midnight UTC. */
    private static final class Time implements ITypeConverter<Instant> {

        @Override
        public Instant convert(String text) {
            try {
                return text.length() == 10
                        ? LocalDate.parse(text).atStartOfDay().toInstant(ZoneOffset.UTC)
                        : Instant.parse(text);
            } catch (DateTimeParseException e) {
                throw new TypeConversionException(
                        "'" + text + "' is no time such as 2026-01-31T00:00:00Z or 2026-01-31");
            }
        }
    }
}
