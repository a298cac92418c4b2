package io.sallyport.profile;

/**
 * One address that a relay may connect to, as the operator writes it: {@code 10.0.0.6:5671 weight=2},
 * {@code 10.0.1.5:5671 backup}, {@code _amqps._tcp.broker.test}.
 *
 * @param weight how many connections it gets beside one of weight 1; 1 to {@value #MAX_WEIGHT}
 */
public record Upstream(Address address, int weight, Priority priority) {

    /** When it is used. */
    public enum Priority {
        PRIMARY,
        /** Only while no primary is up. */
        BACKUP
    }

    public static final int MAX_WEIGHT = 100;

    public Upstream {
        if (weight < 1 || weight > MAX_WEIGHT) {
            throw new IllegalArgumentException("a weight is from 1 to " + MAX_WEIGHT);
        }
    }

    /** A primary of weight 1. */
    public Upstream(Address address) {
        this(address, 1, Priority.PRIMARY);
    }

    /**
     * Reads an upstream.
     *
     * @throws IllegalArgumentException with a sentence that says what would be right
     */
    public static Upstream parse(String text) {
        int space = text.indexOf(' ', Math.max(0, text.lastIndexOf(':')));
        String where = space < 0 ? text : text.substring(0, space);
        Address address = Address.isServiceName(where) ? Address.ofService(where) : Address.parse(where);
        String[] words =
                text.substring(space < 0 ? text.length() : space).strip().split(" +");
        if (address.kind() == Address.Kind.SYSTEMD) {
            throw new IllegalArgumentException("is a socket that listens; expected host:port or unix:/path");
        }
        if (address.isTcp() && address.port() == 0) {
            throw new IllegalArgumentException("has port 0, which only a listener may have");
        }
        int weight = 1;
        Priority priority = Priority.PRIMARY;
        for (String word : words) {
            if (word.equals("backup")) {
                priority = Priority.BACKUP;
            } else if (word.startsWith("weight=")) {
                weight = weight(word.substring("weight=".length()));
            } else if (!word.isEmpty()) {
                throw new IllegalArgumentException(
                        "has '" + word + "' behind the address; expected weight=NUMBER or backup");
            }
        }
        return new Upstream(address, weight, priority);
    }

    private static int weight(String text) {
        if (text.matches("[1-9]\\d{0,2}") && Integer.parseInt(text) <= MAX_WEIGHT) {
            return Integer.parseInt(text);
        }
        throw new IllegalArgumentException("has weight '" + text + "', which is not from 1 to " + MAX_WEIGHT);
    }

    public boolean isBackup() {
        return priority == Priority.BACKUP;
    }
}
