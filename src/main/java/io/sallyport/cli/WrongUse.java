package io.sallyport.cli;

import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** What was typed can't be done. Says what to do instead. */
final class WrongUse extends ParameterException {

    private static final long serialVersionUID = 1L;

    private final String hint;

    WrongUse(CommandLine command, String message, String hint) {
        super(command, message);
        this.hint = hint;
    }

    String hint() {
        return hint;
    }
}
