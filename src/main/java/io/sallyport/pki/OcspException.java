package io.sallyport.pki;

/**
 * An OCSP response that can't be read, or can't be believed. The message says what was found, and goes on from the words "the OCSP response".
 * Has no stack trace: hostile peers and responders can cause many.
 */
public final class OcspException extends Exception {

    private static final long serialVersionUID = 1L;

    public OcspException(String found) {
        super(found, null, false, false);
    }
}
