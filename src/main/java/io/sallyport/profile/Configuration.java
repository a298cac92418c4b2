package io.sallyport.profile;

import java.util.Map;

/**
 * All that the operator wrote, whole and checked: every profile that a relay names is there.
 *
 * @param profiles by name, in the order of the file
 * @param relays by name, in the order of the file
 * @param admin where health, metrics and the API are served
 */
public record Configuration(Map<String, Profile> profiles, Map<String, Relay> relays, Admin admin) {

    /**
     * The admin side.
     *
     * @param address loopback, since it has no authentication of its own
     */
    public record Admin(Address address) {
        public static final Admin DEFAULT = new Admin(new Address("127.0.0.1", 9000));
    }
}
