package io.sallyport.cli;

/** What a command ends with. */
final class ExitStatus {

    /** Done. */
    static final int DONE = 0;

    /** The answer is no. */
    static final int NO = 1;

    /** Wrong use, unreadable input, or a configuration that can't be run. */
    static final int REFUSED = 2;

    private ExitStatus() {}
}
