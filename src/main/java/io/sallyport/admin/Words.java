package io.sallyport.admin;

import java.util.Locale;

/** How the API writes the members of a closed list. */
final class Words {

    private Words() {}

    /** Lower case, as in the configuration and the logs. */
    static String of(Enum<?> member) {
        return member.name().toLowerCase(Locale.ROOT);
    }
}
