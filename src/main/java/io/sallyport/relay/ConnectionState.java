package io.sallyport.relay;

import java.util.Locale;

/**
 * The step of the way that a connection is on. Each state offers only its legal exits, so that an event out of order
 * doesn't compile instead of going wrong at night:
 *
 * <pre>
 *   {@link Greeting} --greeted--> {@link Handshaking}
 *   {@link Handshaking} --handshaken--> {@link Dialling} --connected--> {@link Securing} --handshaken--> {@link Relaying}
 *                                       {@link Dialling} --pump-------------------------------------> {@link Relaying}
 *   {@link Handshaking} --held--> {@link Holding}, until it is dropped
 *   {@link Greeting} --ask--> {@link Dialling} ... {@link Securing} --greeted--> {@link Answering} --asked--> {@link Greeting}
 *   {@link Dialling} --greeted--> {@link Answering} --answered--> {@link Securing}
 *   {@link Securing} --again--> {@link Dialling}, without a session of old, or with another upstream
 *   {@link Open any of these} --close--> {@link Closing} --gone--> {@link Closed}
 * </pre>
 */
sealed interface ConnectionState {

    /** As the API shows it. */
    default String label() {
        return getClass().getSimpleName().toLowerCase(Locale.ROOT);
    }

    /** A state in which the connection may still come to something. */
    sealed interface Open extends ConnectionState {
        default Closing close() {
            return Closing.INSTANCE;
        }
    }

    /** What comes before TLS is read: the PROXY header. */
    enum Greeting implements Open {
        INSTANCE;

        Handshaking greeted() {
            return Handshaking.INSTANCE;
        }

        /** Who greets the client is its upstream. */
        Dialling ask() {
            return Dialling.INSTANCE;
        }
    }

    /** The client proves who it is. */
    enum Handshaking implements Open {
        INSTANCE;

        Dialling handshaken() {
            return Dialling.INSTANCE;
        }

        Holding held() {
            return Holding.INSTANCE;
        }
    }

    /** The client has not proven who it is, and is kept waiting. */
    enum Holding implements Open {
        INSTANCE
    }

    /** An upstream is looked for. */
    enum Dialling implements Open {
        INSTANCE;

        Securing connected() {
            return Securing.INSTANCE;
        }

        /** The upstream is here already, and has greeted its client, who answers in TLS now. */
        Answering greeted() {
            return Answering.INSTANCE;
        }

        Relaying pump() {
            return Relaying.INSTANCE;
        }
    }

    /** The upstream proves who it is. */
    enum Securing implements Open {
        INSTANCE;

        /** The upstream has greeted its client through us. */
        Answering greeted() {
            return Answering.INSTANCE;
        }

        /** The handshake failed: it is done anew without a session of old, or with another upstream. */
        Dialling again() {
            return Dialling.INSTANCE;
        }

        Relaying handshaken() {
            return Relaying.INSTANCE;
        }
    }

    /** The client answers the greeting of its upstream, which waits. */
    enum Answering implements Open {
        INSTANCE;

        /** It asks for TLS, and proves who it is. */
        Greeting asked() {
            return Greeting.INSTANCE;
        }

        /** It logs in: the upstream's own TLS is next. */
        Securing answered() {
            return Securing.INSTANCE;
        }
    }

    /** Bytes flow, in both directions or in the one that is left. */
    enum Relaying implements Open {
        INSTANCE
    }

    /** Both sides are told; what is written is still on its way. */
    enum Closing implements ConnectionState {
        INSTANCE;

        Closed gone() {
            return Closed.INSTANCE;
        }
    }

    /** Both channels are closed. */
    enum Closed implements ConnectionState {
        INSTANCE
    }
}
