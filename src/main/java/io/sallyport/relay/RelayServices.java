package io.sallyport.relay;

import java.util.concurrent.Executor;

/**
 * What every connection of a relay uses.
 *
 * @param workers verifies chains, off the event loops
 */
record RelayServices(RelayPlan plan, Dialler dialler, Executor workers, RelayEvents events) {}
