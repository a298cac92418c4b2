package io.sallyport.protocol.starttls;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.profile.StartTls;
import io.sallyport.profile.VerifyMode;
import io.sallyport.tls.Side;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What is said before TLS, by both sides of each protocol, and that nothing of it gets into TLS. */
class DialoguesTest {

    private static final String CLIENT_HELLO = "\u0016\u0003\u0001\u0000\u00c8\u0001";

    /** A conversation that ends with TLS: what the peer says, line after line, and what we say in all. */
    private record Conversation(Side side, StartTls protocol, List<String> heard, String said) {

        Talk begin() {
            return talk(side, protocol);
        }

        String allHeard() {
            return String.join("", heard);
        }

        String lastHeard() {
            return heard.isEmpty() ? "" : heard.get(heard.size() - 1);
        }

        Talk upToTheLast() {
            Talk talk = begin();
            heard.subList(0, Math.max(0, heard.size() - 1)).forEach(talk::hears);
            return talk;
        }

        @Override
        public String toString() {
            return protocol.label() + " as " + side;
        }
    }

    private static Talk talk(Side side, StartTls protocol) {
        if (side == Side.CLIENT) {
            return new Talk(side, Dialogues.client(protocol, "a.test"));
        }
        return new Talk(
                side, protocol == StartTls.MYSQL ? mysqlServer() : Dialogues.server(protocol, VerifyMode.REQUIRED));
    }

    /** What our listener says once an upstream has greeted. */
    private static Dialogue mysqlServer() {
        MySqlLogin login = new MySqlLogin(StartTls.MYSQL, null);
        Talk upstream = new Talk(Side.CLIENT, login.greeting()).hears(mysqlGreeting(0xf7ff));
        assertThat(upstream.outcome).isEqualTo("agreed");
        upstream.end();
        return login.client();
    }

    private static Conversation server(StartTls protocol, String said, String... heard) {
        return new Conversation(Side.SERVER, protocol, List.of(heard), said);
    }

    private static Conversation client(StartTls protocol, String said, String... heard) {
        return new Conversation(Side.CLIENT, protocol, List.of(heard), said);
    }

    private static final String LDAP_REQUEST = "0\u001d\u0002\u0001\u0001w\u0018\u0080\u00161.3.6.1.4.1.1466.20037";
    private static final String LDAP_RESPONSE =
            "0\u0024\u0002\u0001\u0001x\u001f\n\u0001\u0000\u0004\u0000\u0004\u0000\u008a\u00161.3.6.1.4.1.1466.20037";
    private static final String PG_SSL = "\0\0\0\u0008\u0004\u00d2\u0016\u002f";
    private static final String PG_GSS = "\0\0\0\u0008\u0004\u00d2\u0016\u0030";
    private static final String PG_CANCEL = "\0\0\0\u0010\u0004\u00d2\u0016\u002e\0\0\0\u0001\0\0\0\u0002";
    private static final String XMPP_STREAM = "<?xml version='1.0'?><stream:stream to=\"a.test\" xmlns='jabber:client'"
            + " xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>";
    private static final String XMPP_FEATURES =
            "<stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'><required/></starttls></stream:features>";
    private static final String MYSQL_GREETING = mysqlGreeting(0xffff);

    private static final String MYSQL_REQUEST = "\u0020\0\0\1\5\u00ae\0\0\0\0\0\1\u002d" + "\0".repeat(23);

    private static String mysqlGreeting(int capabilities) {
        String payload = "\n8.0.36\0" + "\1\0\0\0" + "12345678\0" + (char) (capabilities & 0xff)
                + (char) (capabilities >> 8) + "\u002d\2\0\u00ff\u00df\u0015" + "\0".repeat(10) + "123456789012\0"
                + "caching_sha2_password\0";
        return (char) payload.length() + "\0\0\0" + payload;
    }

    static Stream<Conversation> conversations() {
        return Stream.of(
                server(
                        StartTls.SMTP,
                        "220 sallyport ESMTP\r\n250-sallyport\r\n250 STARTTLS\r\n220 2.0.0 Ready to start TLS\r\n",
                        "EHLO a.test\r\n",
                        "starttls\r\n"),
                client(
                        StartTls.SMTP,
                        "EHLO localhost\r\nSTARTTLS\r\n",
                        "220-mail.test ESMTP\r\n220 glad to see you\r\n",
                        "250-mail.test\r\n250-STARTTLS\r\n250 8BITMIME\r\n",
                        "220 go\r\n"),
                server(
                        StartTls.IMAP,
                        "* OK [CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED] ready\r\n"
                                + "* CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED\r\na1 OK\r\na2 OK Begin TLS\r\n",
                        "a1 capability\r\n",
                        "a2 StartTLS\r\n"),
                client(StartTls.IMAP, "a STARTTLS\r\n", "* OK hello\r\n", "* CAPABILITY IMAP4rev1\r\na OK go\r\n"),
                server(
                        StartTls.POP3,
                        "+OK sallyport ready\r\n+OK\r\nSTLS\r\n.\r\n+OK Begin TLS\r\n",
                        "CAPA\r\n",
                        "STLS\r\n"),
                client(StartTls.POP3, "STLS\r\n", "+OK hello <1@a.test>\r\n", "+OK go\r\n"),
                server(
                        StartTls.NNTP,
                        "200 sallyport ready\r\n101 Capability list:\r\nVERSION 2\r\nSTARTTLS\r\n.\r\n"
                                + "382 Continue with TLS negotiation\r\n",
                        "CAPABILITIES\r\n",
                        "STARTTLS\r\n"),
                client(StartTls.NNTP, "STARTTLS\r\n", "201 hello\r\n", "382 go\r\n"),
                server(
                        StartTls.FTP,
                        "220 sallyport ready\r\n211-Features:\r\n AUTH TLS\r\n211 End\r\n234 Begin TLS\r\n",
                        "FEAT\r\n",
                        "AUTH TLS\r\n"),
                client(StartTls.FTP, "AUTH TLS\r\n", "220-hello\r\nof all words\r\n220 these\r\n", "234 go\r\n"),
                server(
                        StartTls.SIEVE,
                        "\"IMPLEMENTATION\" \"sallyport\"\r\n\"SASL\" \"\"\r\n\"SIEVE\" \"\"\r\n\"STARTTLS\"\r\nOK\r\n"
                                + "OK \"Begin TLS\"\r\n",
                        "STARTTLS\r\n"),
                client(
                        StartTls.SIEVE,
                        "STARTTLS\r\n",
                        "\"IMPLEMENTATION\" \"x\"\r\n\"STARTTLS\"\r\nOK\r\n",
                        "OK \"go\"\r\n"),
                server(
                        StartTls.IRC,
                        ":sallyport CAP * LS :tls\r\n:sallyport 670 * :STARTTLS successful, proceed with TLS handshake\r\n",
                        "CAP LS 302\r\n",
                        "STARTTLS\r\n"),
                client(StartTls.IRC, "STARTTLS\r\n", ":irc.test NOTICE * :looking\r\n:irc.test 670 a :go\r\n"),
                server(
                        StartTls.XMPP,
                        "<?xml version='1.0'?><stream:stream xmlns='jabber:client'"
                                + " xmlns:stream='http://etherx.jabber.org/streams' id='0' from='a.test' version='1.0'>"
                                + XMPP_FEATURES + "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>",
                        XMPP_STREAM,
                        "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"),
                client(
                        StartTls.XMPP,
                        "<?xml version='1.0'?><stream:stream to='a.test' xmlns='jabber:client'"
                                + " xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>"
                                + "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>",
                        "<?xml version='1.0'?>\n<stream:stream from='a.test' id='>' version='1.0'>" + XMPP_FEATURES,
                        "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"),
                server(StartTls.LDAP, LDAP_RESPONSE, LDAP_REQUEST),
                client(StartTls.LDAP, LDAP_REQUEST, LDAP_RESPONSE),
                server(StartTls.POSTGRESQL, "NS", PG_GSS, PG_SSL),
                client(StartTls.POSTGRESQL, PG_SSL, "S"),
                server(StartTls.MYSQL, MYSQL_GREETING, MYSQL_REQUEST),
                client(StartTls.MYSQL, "\u0020\0\0\1\0\u008a\0\0\0\0\0\1\u002d" + "\0".repeat(23), MYSQL_GREETING));
    }

    @ParameterizedTest
    @MethodSource("conversations")
    void comesToTls(Conversation conversation) {
        Talk talk = conversation.begin();
        conversation.heard().forEach(talk::hears);

        assertThat(talk.outcome).isEqualTo("agreed");
        assertThat(talk.said).hasToString(conversation.said());
        assertThat(talk.passedOn).isEmpty();
        talk.end();
    }

    @ParameterizedTest
    @MethodSource("conversations")
    void comesToTlsByteByByte(Conversation conversation) {
        Talk talk = conversation.begin();
        conversation.heard().forEach(talk::hearsBytewise);

        assertThat(talk.outcome).isEqualTo("agreed");
        assertThat(talk.said).hasToString(conversation.said());
        talk.end();
    }

    @ParameterizedTest
    @MethodSource("conversations")
    void whatComesInPlainBehindItIsRefused(Conversation conversation) {
        Talk talk = conversation.upToTheLast().hears(conversation.lastHeard() + "MAIL FROM:<mallory@a.test>\r\n");

        assertThat(talk.outcome).isEqualTo("starttls_injection");
        assertThat(talk.passedOn).isEmpty();
        assertThat(talk.hears("more").passedOn).isEmpty();
        talk.end();
    }

    @ParameterizedTest
    @MethodSource("conversations")
    void onlyAClientMayBeginTlsBeforeItHasOurAnswer(Conversation conversation) {
        Talk talk = conversation.upToTheLast().hears(conversation.lastHeard() + CLIENT_HELLO);

        boolean isServer = conversation.side() == Side.SERVER;
        assertThat(talk.outcome).isEqualTo(isServer ? "agreed" : "starttls_injection");
        assertThat(talk.passedOn).hasToString(isServer ? CLIENT_HELLO : "");
        talk.end();
    }

    @ParameterizedTest
    @MethodSource("conversations")
    void aServerThatAnswersWhatWeHaveNotSaidYetIsRefused(Conversation conversation) {
        if (conversation.side() == Side.CLIENT && conversation.heard().size() > 1) {
            Talk talk = conversation.begin().hears(conversation.allHeard());

            assertThat(talk.outcome).isEqualTo("starttls_injection");
            talk.end();
        }
    }

    @ParameterizedTest
    @MethodSource("conversations")
    void anEndInTheMiddleIsToldAsOne(Conversation conversation) {
        String all = conversation.lastHeard();
        for (int cut = 0; cut < all.length(); cut++) {
            Talk talk = conversation.upToTheLast().hears(all.substring(0, cut)).hearsTheEnd();

            assertThat(talk.outcome).isEqualTo("peer_closed");
            talk.end();
        }
    }

    static Stream<Arguments3> refusals() {
        return Stream.of(
                // A server that doesn't do it.
                refused(Side.CLIENT, StartTls.SMTP, "starttls_refused", "220 a\r\n", "250-a\r\n250 SIZE\r\n"),
                refused(Side.CLIENT, StartTls.SMTP, "starttls_refused", "220 a\r\n", "502 what?\r\n"),
                refused(Side.CLIENT, StartTls.SMTP, "starttls_refused", "220 a\r\n", "250 STARTTLS\r\n", "454 no\r\n"),
                refused(Side.CLIENT, StartTls.SMTP, "greeting_refused", "554 go away\r\n"),
                refused(Side.CLIENT, StartTls.SMTP, "greeting_refused", "SSH-2.0-x\r\n"),
                refused(Side.CLIENT, StartTls.IMAP, "starttls_refused", "* OK\r\n", "a BAD what?\r\n"),
                refused(Side.CLIENT, StartTls.IMAP, "starttls_refused", "* OK\r\n", "a NO\r\n"),
                refused(Side.CLIENT, StartTls.IMAP, "greeting_refused", "* PREAUTH you are in\r\n"),
                refused(Side.CLIENT, StartTls.IMAP, "greeting_refused", "* BYE\r\n"),
                refused(Side.CLIENT, StartTls.POP3, "starttls_refused", "+OK\r\n", "-ERR what?\r\n"),
                refused(Side.CLIENT, StartTls.NNTP, "starttls_refused", "200 a\r\n", "580 no\r\n"),
                refused(Side.CLIENT, StartTls.FTP, "starttls_refused", "220 a\r\n", "502 no\r\n"),
                refused(Side.CLIENT, StartTls.SIEVE, "starttls_refused", "\"SASL\" \"\"\r\nOK\r\n"),
                refused(Side.CLIENT, StartTls.SIEVE, "starttls_refused", "\"STARTTLS\"\r\nOK\r\n", "NO\r\n"),
                refused(Side.CLIENT, StartTls.IRC, "starttls_refused", ":a 421 * STARTTLS :what?\r\n"),
                refused(Side.CLIENT, StartTls.IRC, "starttls_refused", ":a 691 * :no\r\n"),
                refused(Side.CLIENT, StartTls.XMPP, "starttls_refused", "<stream:stream><stream:features/>"),
                refused(
                        Side.CLIENT,
                        StartTls.XMPP,
                        "starttls_refused",
                        "<stream:stream>" + XMPP_FEATURES,
                        "<failure/></stream:stream>"),
                refused(Side.CLIENT, StartTls.LDAP, "starttls_refused", LDAP_RESPONSE.replace("\n\1\0", "\n\1\2")),
                refused(Side.CLIENT, StartTls.POSTGRESQL, "starttls_refused", "N"),
                refused(Side.CLIENT, StartTls.POSTGRESQL, "starttls_refused", "E\0\0\0\7what"),
                refused(Side.CLIENT, StartTls.MYSQL, "starttls_refused", mysqlGreeting(0xf7ff)),
                refused(Side.CLIENT, StartTls.MYSQL, "greeting_refused", "\6\0\0\0\u00ff\u0010\4no!"),
                // A client that doesn't do it.
                refused(Side.SERVER, StartTls.MYSQL, "starttls_not_asked", MYSQL_REQUEST.replace("\u00ae", "\u00a6")),
                refused(Side.SERVER, StartTls.MYSQL, "starttls_malformed", MYSQL_REQUEST.replace("\u00ae", "\u0088")),
                refused(Side.SERVER, StartTls.MYSQL, "starttls_malformed", "!" + MYSQL_REQUEST.substring(1) + "\0"),
                refused(Side.SERVER, StartTls.MYSQL, "starttls_malformed", MYSQL_REQUEST.replace("\1\5", "\2\5")),
                refused(Side.SERVER, StartTls.MYSQL, "starttls_malformed", "\5\0\0\1\5\u008a\0\0\0"),
                refused(Side.SERVER, StartTls.MYSQL, "starttls_not_asked", CLIENT_HELLO),
                refused(
                        Side.SERVER,
                        StartTls.MYSQL,
                        "starttls_not_asked",
                        CLIENT_HELLO.replace("\0\u00c8", "\1\u0036")),
                refused(Side.SERVER, StartTls.SMTP, "starttls_not_asked", "QUIT\r\n"),
                refused(Side.SERVER, StartTls.IMAP, "starttls_not_asked", "a LOGOUT\r\n"),
                refused(Side.SERVER, StartTls.POP3, "starttls_not_asked", "QUIT\r\n"),
                refused(Side.SERVER, StartTls.XMPP, "starttls_not_asked", XMPP_STREAM, "<auth/>"),
                refused(Side.SERVER, StartTls.LDAP, "starttls_not_asked", "0\5\2\1\1B\0"),
                refused(Side.SERVER, StartTls.POSTGRESQL, "starttls_not_asked", "\0\0\0\u0010\0\3\0\0user\0a\0\0"),
                refused(Side.SERVER, StartTls.POSTGRESQL, "starttls_not_asked", PG_CANCEL),
                refused(Side.SERVER, StartTls.SMTP, "starttls_not_asked", CLIENT_HELLO));
    }

    /** A row of the table above. */
    private record Arguments3(Side side, StartTls protocol, String refusal, List<String> heard) {}

    private static Arguments3 refused(Side side, StartTls protocol, String refusal, String... heard) {
        return new Arguments3(side, protocol, refusal, Arrays.asList(heard));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void whatDoesNotComeToTlsIsRefusedWithItsCode(Arguments3 row) {
        Talk talk = talk(row.side(), row.protocol());
        row.heard().forEach(talk::hears);

        assertThat(talk.outcome).isEqualTo(row.refusal());
        assertThat(talk.passedOn).isEmpty();
        talk.end();
    }

    static Stream<List<String>> credentials() {
        return Stream.of(
                List.of("smtp", "AUTH PLAIN AGEAYg==\r\n", "530 5.7.0"),
                List.of("smtp", "MAIL FROM:<a@a.test>\r\n", "530 5.7.0"),
                List.of("imap", "a LOGIN a b\r\n", "a NO [PRIVACYREQUIRED]"),
                List.of("imap", "a AUTHENTICATE PLAIN\r\n", "a NO [PRIVACYREQUIRED]"),
                List.of("pop3", "USER a\r\n", "-ERR"),
                List.of("pop3", "APOP a 0123\r\n", "-ERR"),
                List.of("nntp", "AUTHINFO USER a\r\n", "483"),
                List.of("ftp", "USER a\r\n", "530"),
                List.of("sieve", "AUTHENTICATE \"PLAIN\"\r\n", "NO (ENCRYPT-NEEDED)"),
                List.of("irc", "PASS a\r\n", ":sallyport 451"),
                List.of(
                        "ldap",
                        "0\u000c\2\1\2`\u0007\2\1\3\4\0\u0080\0",
                        "0\u0024\2\1\2a\u001f\n\1\r\4\0\4\u0018StartTLS must come first"));
    }

    @ParameterizedTest
    @MethodSource("credentials")
    void credentialsAreNotTakenInPlain(List<String> row) {
        Talk talk = talk(Side.SERVER, StartTls.valueOf(row.get(0).toUpperCase(java.util.Locale.ROOT)));
        talk.answer();
        talk.hears(row.get(1));

        assertThat(talk.answer()).startsWith(row.get(2));
        assertThat(talk.outcome).isEmpty();
        assertThat(talk.passedOn).isEmpty();
        talk.end();
    }

    @ParameterizedTest
    @MethodSource("everySide")
    void whatItAwaitsIsBounded(Side side, StartTls protocol) {
        for (String piece : List.of("A", "A\r\n", "<a>", "0\u0084\0\0\0\1", "\0", "\n", "* \r\n")) {
            Talk talk = talk(side, protocol);
            for (int i = 0; i < 40 && talk.outcome.isEmpty(); i++) {
                talk.hears(piece.repeat(200));
            }

            assertThat(talk.outcome).isNotEmpty().isNotEqualTo("agreed");
            assertThat(talk.said.length()).isLessThan(40_000);
            talk.end();
        }
    }

    static Stream<org.junit.jupiter.params.provider.Arguments> everySide() {
        return Arrays.stream(StartTls.values())
                .flatMap(protocol -> Arrays.stream(Side.values())
                        .map(side -> org.junit.jupiter.params.provider.Arguments.of(side, protocol)));
    }

    @ParameterizedTest
    @MethodSource("conversations")
    void garbledConversationsEndInARefusalOrWait(Conversation conversation) {
        Random random = new Random(7);
        byte[] all = Dialogue.bytes(conversation.allHeard());
        for (int round = 0; round < 60; round++) {
            byte[] garbled = all.clone();
            for (int i = 0; i < 1 + random.nextInt(3); i++) {
                garbled[random.nextInt(garbled.length)] = (byte) random.nextInt(256);
            }
            Talk talk = conversation.begin().hears(garbled).hearsTheEnd();

            assertThat(talk.outcome).isNotEmpty().doesNotContain(" and ").isNotEqualTo("internal_error");
            assertThat(talk.outcome.equals("agreed") || talk.passedOn.length() == 0)
                    .isTrue();
            talk.end();
        }
    }

    @Test
    void aCancelRequestMayComeInPlainWhereNobodyIsVerified() {
        Talk talk = new Talk(Side.SERVER, Dialogues.server(StartTls.POSTGRESQL, VerifyMode.NONE));
        talk.hearsBytewise(PG_CANCEL).hears("and more");

        assertThat(talk.outcome).isEqualTo("exempted");
        assertThat(talk.passedOn).hasToString(PG_CANCEL);
        talk.end();
    }

    @Test
    void aClientMayBeginTlsDirectlyInPostgres() {
        Talk talk = talk(Side.SERVER, StartTls.POSTGRESQL).hears(CLIENT_HELLO);

        assertThat(talk.outcome).isEqualTo("agreed");
        assertThat(talk.passedOn).hasToString(CLIENT_HELLO);
        assertThat(talk.said).isEmpty();
        talk.end();
    }

    @Test
    void namesOfAClientAreNotSentBackUnchecked() {
        assertThat(talk(Side.SERVER, StartTls.XMPP)
                        .hears("<stream:stream to='a\" x=\"y' xmlns='b\"'>")
                        .answer())
                .doesNotContain("from=")
                .contains("xmlns='jabber:client'");
        Talk imap = talk(Side.SERVER, StartTls.IMAP);
        imap.answer();
        assertThat(imap.hears("a\u0007(b NOOP\r\n").answer()).startsWith("* BAD");
    }

    @ParameterizedTest
    @EnumSource(StartTls.class)
    void aGreetingThatIsTakenIsTheOneThatIsOwed(StartTls protocol) {
        Dialogue awaited = Dialogues.greeting(protocol);
        byte[] owed = Dialogues.owedGreeting(protocol);

        assertThat(awaited == null).isEqualTo(owed.length == 0);
        if (awaited != null) {
            Talk talk = new Talk(Side.CLIENT, awaited).hears(owed).hears("what follows");

            assertThat(talk.outcome).isEqualTo("agreed");
            assertThat(talk.passedOn).hasToString("what follows");
            talk.end();
        }
    }

    @Test
    void aGreetingMayHaveSomethingBehindIt() {
        Talk talk = new Talk(Side.CLIENT, Smtp.greeting()).hears("220-hello\r\n220 you\r\n250 what follows\r\n");

        assertThat(talk.outcome).isEqualTo("agreed");
        assertThat(talk.passedOn).hasToString("250 what follows\r\n");
        talk.end();
    }

    @Test
    void aGreetingThatTurnsUsDownIsARefusal() {
        Talk talk = new Talk(Side.CLIENT, Smtp.greeting()).hears("421 too busy\r\n");

        assertThat(talk.outcome).isEqualTo("greeting_refused");
        assertThat(talk.failure).isNotNull();
        assertThat(talk.failure.detail()).contains("'421 too busy'");
    }
}
