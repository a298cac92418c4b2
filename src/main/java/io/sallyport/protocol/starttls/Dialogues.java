package io.sallyport.protocol.starttls;

import io.sallyport.profile.StartTls;
import io.sallyport.profile.VerifyMode;
import org.jspecify.annotations.Nullable;

/** The dialogues that there are. */
public final class Dialogues {

    private Dialogues() {}

    /**
     * What our listener says.
     *
     * @param verify what clients must prove: where it is anything, nothing of theirs is taken in plain
     */
    public static Dialogue server(StartTls protocol, VerifyMode verify) {
        return switch (protocol) {
            case SMTP -> Smtp.server();
            case IMAP -> Imap.server();
            case POP3 -> Pop3.server();
            case LDAP -> Ldap.server();
            case POSTGRESQL -> PostgreSql.server(verify == VerifyMode.NONE);
            case MYSQL -> throw new IllegalArgumentException("its greeting is the upstream's: see MySqlLogin");
            case FTP -> Ftp.server();
            case XMPP -> Xmpp.server();
            case SIEVE -> Sieve.server();
            case NNTP -> Nntp.server();
            case IRC -> Irc.server();
        };
    }

    /**
     * What we say to a server.
     *
     * @param host its name
     */
    public static Dialogue client(StartTls protocol, String host) {
        return switch (protocol) {
            case SMTP -> Smtp.client();
            case IMAP -> Imap.client();
            case POP3 -> Pop3.client();
            case LDAP -> Ldap.client();
            case POSTGRESQL -> PostgreSql.client();
            case MYSQL -> new MySql();
            case FTP -> Ftp.client();
            case XMPP -> Xmpp.client(host);
            case SIEVE -> Sieve.client();
            case NNTP -> Nntp.client();
            case IRC -> Irc.client();
        };
    }

    /** Takes the greeting of a server whose client has had ours already; null where the server's own is what it awaits. */
    public static @Nullable Dialogue greeting(StartTls protocol) {
        return switch (protocol) {
            case SMTP -> Smtp.greeting();
            case IMAP -> Imap.greeting();
            case POP3 -> Pop3.greeting();
            case FTP -> Ftp.greeting();
            case NNTP -> Nntp.greeting();
            case LDAP, POSTGRESQL, MYSQL, XMPP, SIEVE, IRC -> null;
        };
    }

    /** How we leave, in the TLS that it was asked for, a server that would hold it against us if we only hung up; null where it wouldn't. */
    public static @Nullable Dialogue leave(StartTls protocol) {
        return protocol == StartTls.MYSQL ? MySqlLogin.leave(true) : null;
    }

    /** What a client without STARTTLS awaits from a server that has greeted us, and won't again; empty where nothing is. */
    public static byte[] owedGreeting(StartTls protocol) {
        return Dialogue.bytes(
                switch (protocol) {
                    case SMTP -> Smtp.GREETING;
                    case IMAP -> Imap.GREETING;
                    case POP3 -> Pop3.GREETING;
                    case FTP -> Ftp.GREETING;
                    case NNTP -> Nntp.GREETING;
                    case LDAP, POSTGRESQL, MYSQL, XMPP, SIEVE, IRC -> "";
                });
    }
}
