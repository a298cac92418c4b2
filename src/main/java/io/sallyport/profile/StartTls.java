package io.sallyport.profile;

import java.util.Locale;

/** A protocol that begins in plain, and goes over to TLS on a command of its own. */
public enum StartTls {
    /** RFC 3207. */
    SMTP,
    /** RFC 9051, section 6.2.1. */
    IMAP,
    /** RFC 2595, section 4. */
    POP3,
    /** RFC 4511, section 4.14. */
    LDAP,
    /** The SSLRequest of its message protocol. */
    POSTGRESQL,
    /** The SSLRequest of its client/server protocol. What its server greets with, the client must hear. */
    MYSQL,
    /** RFC 4217: the control connection. */
    FTP,
    /** RFC 6120, section 5. */
    XMPP,
    /** ManageSieve: RFC 5804, section 2.2. */
    SIEVE,
    /** RFC 4642. */
    NNTP,
    /** The {@code tls} extension of IRCv3. */
    IRC;

    /** As it is written in the configuration. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
