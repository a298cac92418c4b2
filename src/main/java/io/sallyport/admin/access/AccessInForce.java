package io.sallyport.admin.access;

import io.sallyport.gateway.AdminAccess;
import io.sallyport.gateway.Blueprint;
import io.sallyport.gateway.Gateway;
import jakarta.inject.Singleton;

/** The access rules of this moment: the running blueprint's, and before there is one those of the start. */
@Singleton
public final class AccessInForce {

    /** What the program was started with: HTTP is there before the gateway is. */
    public record AtStart(AdminAccess access) {}

    private final AtStart start;
    private final Gateway gateway;

    AccessInForce(AtStart start, Gateway gateway) {
        this.start = start;
        this.gateway = gateway;
    }

    AdminAccess now() {
        Blueprint running = gateway.blueprint();
        return running == null ? start.access() : running.access();
    }

    /** What decides which socket is bound, and stays until the next start. */
    AdminAccess atStart() {
        return start.access();
    }
}
