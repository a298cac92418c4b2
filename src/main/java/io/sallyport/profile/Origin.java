package io.sallyport.profile;

/**
 * Where a value was written.
 *
 * @param kind which way of writing it
 * @param where the file, the variable or the property; empty for a default
 * @param line counted from 1; 0 where there are no lines
 */
record Origin(Kind kind, String where, int line) {

    /** The ways to write a value; a later one wins over an earlier one. */
    enum Kind {
        DEFAULT("", "default"),
        FILE("", ""),
        SECRET_FILE("secret file ", "secret file "),
        ENVIRONMENT("environment variable ", "env "),
        PROPERTY("system property ", "property ");

        private final String described;
        private final String labelled;

        Kind(String described, String labelled) {
            this.described = described;
            this.labelled = labelled;
        }
    }

    static final Origin DEFAULT = new Origin(Kind.DEFAULT, "", 0);

    static Origin file(String file, int line) {
        return new Origin(Kind.FILE, file, line);
    }

    /** For a mistake: {@code config/sallyport.yaml:12} or {@code environment variable SALLYPORT_…}. */
    String described() {
        return kind.described + place();
    }

    /** For the configuration in force: {@code default}, {@code config/sallyport.yaml:12} or {@code env SALLYPORT_…}. */
    String label() {
        return kind.labelled + place();
    }

    private String place() {
        return line > 0 ? where + ":" + line : where;
    }
}
