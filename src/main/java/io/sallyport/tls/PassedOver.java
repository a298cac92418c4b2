package io.sallyport.tls;

import io.sallyport.fault.Refusal;

/**
 * What a peer would have been refused for, had its profile said {@code ocsp.check: hard}.
 *
 * @param detail one sentence with the facts
 */
public record PassedOver(Refusal refusal, String detail) {}
