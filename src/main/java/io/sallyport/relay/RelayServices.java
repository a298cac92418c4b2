package io.sallyport.relay;

import java.util.concurrent.Executor;

/**
 * What every connection of a relay uses.
 *
 * @param destination where its connections go
 * @param admission says whether one more may be open
 * @param workers verifies chains, off the event loops
 */
record RelayServices(
        RelayPlan plan,
        Destination destination,
        Admission admission,
        Dialler dialler,
        Executor workers,
        RelayEvents events) {}
