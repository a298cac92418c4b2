package io.sallyport.relay;

/** How a stream ended. It travels to the other side as what it was. */
enum End {
    /** The sender said that this was all. */
    CLOSE_NOTIFY,
    /** A plain stream's end, which is all that plain TCP can say. */
    FIN,
    /** A TLS stream without close_notify: somebody may have cut it. */
    CUT,
    /** The sender aborted. */
    RESET;

    /** Whether the sender vouches that nothing is missing. */
    boolean isClean() {
        return this == CLOSE_NOTIFY || this == FIN;
    }
}
