package io.sallyport.relay;

import java.util.concurrent.Executor;

/**
 * What every connection of a relay uses.
 *
 * @param upstreams which of them are up, and whose turn it is
 * @param admission says whether one more may be open
 * @param workers verifies chains, off the event loops
 */
record RelayServices(
        RelayPlan plan,
        Upstreams upstreams,
        Admission admission,
        Dialler dialler,
        Executor workers,
        RelayEvents events) {}
