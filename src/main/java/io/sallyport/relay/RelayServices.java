package io.sallyport.relay;

import io.sallyport.tls.References;
import java.util.concurrent.Executor;

/**
 * What every connection of a relay uses.
 *
 * @param holders of the plan's contexts: who uses them is one
 * @param routes where its connections go
 * @param admission says whether one more may be open
 * @param workers verifies chains, off the event loops
 */
record RelayServices(
        RelayPlan plan,
        References holders,
        Routes routes,
        Admission admission,
        Dialler dialler,
        Executor workers,
        RelayEvents events) {}
