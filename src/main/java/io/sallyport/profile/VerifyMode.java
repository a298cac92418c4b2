package io.sallyport.profile;

import java.util.Locale;

/** Whether a peer's certificate is asked for and needed: {@code SSL_VERIFY_*}. */
public enum VerifyMode {
    /** None is asked for on a listening side; any is taken on a connecting one. */
    NONE,
    /** Asked for; a peer without one is let in, one with a bad one isn't. */
    OPTIONAL,
    /** Asked for, and it must be good. */
    REQUIRED;

    /** As the operator writes it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
