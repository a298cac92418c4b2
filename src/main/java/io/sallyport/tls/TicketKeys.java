package io.sallyport.tls;

import java.io.IOException;
import java.time.Instant;
import java.util.List;

/** Where the ticket keys of a context come from. */
interface TicketKeys {

    /**
     * The keys in force, never empty. The first seals new tickets, all open those that they sealed.
     *
     * @throws IOException where they can't be had; the message names the file and says what is wrong
     */
    List<TicketKey> at(Instant now) throws IOException;

    /**
     * When the key that seals was made.
     *
     * @throws IOException as above
     */
    Instant sealingSince(Instant now) throws IOException;
}
