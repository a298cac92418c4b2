package io.sallyport.profile;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A way that some of a relay's connections take. A connection takes it where all that it asks for is met.
 *
 * @param name for logs and the API: the operator's word for it, or its place in the list, from 1
 * @param serverNames one of them must be the SNI; in normal form, where {@code *.} stands for one label. Empty: any, and none
 * @param alpn one of them must be offered by the client; empty: whatever is offered
 * @param identity the client's certificate must be on this list. It is known after the handshake, so it chooses where the
 *     connection goes, and never the profile
 * @param profile that clients meet; null where their bytes are passed on as they are
 * @param connect where the bytes go; null for where the relay's go
 */
public record Route(
        String name,
        Set<String> serverNames,
        Set<String> alpn,
        AllowList identity,
        @Nullable String profile,
        Relay.@Nullable Connect connect) {

    // Not the compact form: javac drops the annotation of a nested type from its parameters.
    public Route(
            String name,
            Set<String> serverNames,
            Set<String> alpn,
            AllowList identity,
            @Nullable String profile,
            Relay.@Nullable Connect connect) {
        this.name = name;
        this.serverNames = Set.copyOf(serverNames);
        this.alpn = Set.copyOf(alpn);
        this.identity = identity;
        this.profile = profile;
        this.connect = connect;
    }

    /** What becomes of a connection that takes no route. */
    public enum Unmatched {
        /** It meets the relay's profile, and goes where the relay's connections go. */
        CONNECT("connect"),
        /** It is turned down. */
        REFUSE("refuse");

        private final String label;

        Unmatched(String label) {
            this.label = label;
        }

        /** As in the configuration. */
        public String label() {
            return label;
        }
    }
}
