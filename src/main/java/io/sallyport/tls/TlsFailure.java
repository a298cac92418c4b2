package io.sallyport.tls;

import io.sallyport.fault.Refusal;

/**
 * Why a handshake ended without a connection.
 *
 * @param side which end we were
 * @param refusal the reason
 * @param number OpenSSL's {@code X509_V_ERR_*} number, or 0 where the certificate isn't at fault
 * @param detail one sentence with the facts: what was found, and what would be right
 */
public record TlsFailure(Side side, Refusal refusal, int number, String detail) {

    public TlsFailure(Side side, Refusal refusal, String detail) {
        this(side, refusal, refusal.number(), detail);
    }
}
