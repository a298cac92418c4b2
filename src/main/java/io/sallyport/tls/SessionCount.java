package io.sallyport.tls;

/** What is counted about the sessions of a profile: OpenSSL's {@code SSL_CTX_sess_*}, and the fate of tickets. */
public enum SessionCount {
    /** Handshakes begun by clients. */
    ACCEPT("accept"),
    /** Of these, those that were finished. */
    ACCEPT_GOOD("accept_good"),
    /** Handshakes begun with upstreams. */
    CONNECT("connect"),
    /** Of these, those that were finished. */
    CONNECT_GOOD("connect_good"),
    /** Attempts to renegotiate; all are refused. */
    RENEGOTIATE("renegotiate"),
    /** Sessions found: by the id that a client offered, or to be offered to an upstream. */
    HITS("hits"),
    /** Ids that are not known (any more), and upstreams for which there was no session to offer. */
    MISSES("misses"),
    /** Sessions found that were too old. */
    TIMEOUTS("timeouts"),
    /** Sessions dropped before their time since the store was full ({@code SSL_CTX_sess_cache_full}). */
    EVICTED("evicted"),
    /** Tickets given to clients. */
    TICKETS_ISSUED("tickets_issued"),
    /** Tickets of clients that one of our keys opened. */
    TICKETS_ACCEPTED("tickets_accepted"),
    /** Of these, those sealed by a key that seals no more: the client got a new one. */
    TICKETS_RENEWED("tickets_renewed"),
    /** Tickets that no key of ours opened: the client had a full handshake. */
    TICKETS_REFUSED("tickets_refused");

    private final String label;

    SessionCount(String label) {
        this.label = label;
    }

    /** As in metrics and the API. */
    public String label() {
        return label;
    }
}
