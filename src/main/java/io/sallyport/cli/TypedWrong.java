package io.sallyport.cli;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.OverwrittenOptionException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Says what is wrong with what was typed, in the words of all other messages; picocli has its own. */
final class TypedWrong {

    private TypedWrong() {}

    static String sentence(ParameterException failure) {
        if (failure instanceof UnmatchedArgumentException unmatched) {
            return "unknown: " + String.join(" ", unmatched.getUnmatched());
        }
        if (failure instanceof MissingParameterException missing
                && !missing.getMissing().isEmpty()) {
            return missing(missing.getMissing());
        }
        ArgSpec argument = failure.getArgSpec();
        if (failure instanceof OverwrittenOptionException twice) {
            return name(twice.getOverwritten()) + " is given twice";
        }
        if (argument != null && argument.type().isEnum() && argument.converters().length == 0) {
            return about(argument) + choice(failure, argument);
        }
        return argument != null && failure.getCause() instanceof TypeConversionException why
                ? about(argument) + why.getMessage()
                : String.valueOf(failure.getMessage());
    }

    private static String about(ArgSpec argument) {
        return argument.isOption() ? name(argument) + ": " : "";
    }

    /** What is needed and isn't there, or isn't there often enough. */
    private static String missing(List<ArgSpec> missing) {
        ArgSpec first = missing.get(0);
        if (first.isOption() && !first.stringValues().isEmpty() && first.arity().min() > 0) {
            return name(first) + " has no value; it needs " + first.paramLabel();
        }
        if (first.isPositional() && first.arity().min() > 1) {
            return first.paramLabel() + " is needed " + first.arity().min() + " times, or more often";
        }
        return "missing: "
                + missing.stream()
                        .map(argument ->
                                argument.isOption() ? name(argument) + " " + argument.paramLabel() : name(argument))
                        .collect(Collectors.joining(", "));
    }

    private static String choice(ParameterException failure, ArgSpec argument) {
        return "'" + failure.getValue() + "' is not one of "
                + Arrays.stream(argument.type().getEnumConstants())
                        .map(one -> one.toString().toLowerCase(Locale.ROOT))
                        .collect(Collectors.joining(", "));
    }

    private static String name(ArgSpec argument) {
        return argument instanceof OptionSpec option ? option.longestName() : argument.paramLabel();
    }

    static String hint(ParameterException failure) {
        if (failure instanceof WrongUse wrongUse) {
            return wrongUse.hint();
        }
        List<String> nearest =
                failure instanceof UnmatchedArgumentException unmatched ? unmatched.getSuggestions() : List.of();
        return nearest.isEmpty()
                ? "see " + failure.getCommandLine().getCommandSpec().qualifiedName() + " --help"
                : "did you mean " + String.join(" or ", nearest) + "?";
    }
}
