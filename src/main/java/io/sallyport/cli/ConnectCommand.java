package io.sallyport.cli;

import io.sallyport.fault.MistakesException;
import io.sallyport.pki.Credential;
import io.sallyport.pki.FileContents;
import io.sallyport.pki.Fingerprints;
import io.sallyport.pki.PemWriter;
import io.sallyport.pki.PublicKeys;
import io.sallyport.pki.UnusableFileException;
import io.sallyport.profile.Address;
import io.sallyport.profile.Configuration;
import io.sallyport.profile.PeerName;
import io.sallyport.profile.Profile;
import io.sallyport.profile.StartTls;
import io.sallyport.tls.PeerVerifier;
import io.sallyport.tls.ServerVerdict;
import io.sallyport.tls.Target;
import io.sallyport.tls.TlsContext;
import java.io.IOException;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Connects to a peer, says who it is, and passes stdin and stdout. */
@Command(
        name = "connect",
        description = {
            "Connect to a TLS server: show what was agreed on, its chain, its stapled OCSP response, and whether it is trusted; then pass stdin to it, and what it sends to stdout.",
            "The report goes to stderr. Nothing is sent to a server that isn't trusted.",
            "Exit status 0: it is trusted, and with --resume it resumes; 1: it isn't, or there is no connection."
        })
final class ConnectCommand extends ToolCommand {

    private static final Duration PATIENCE = Duration.ofSeconds(1);

    @Spec
    private @Nullable CommandSpec self;

    @Parameters(
            paramLabel = "HOST:PORT",
            description = "Where to; an IPv6 address as [::1]:443, a unix socket as unix:/path.")
    private String target = "";

    @Option(names = "--plain", description = "Without TLS.")
    private boolean plain;

    @Option(
            names = "--starttls",
            paramLabel = "PROTOCOL",
            converter = StartTlsConverter.class,
            completionCandidates = StartTlsWords.class,
            description =
                    "Begin in plain, and go over to TLS as this protocol has it: smtp, imap, pop3, ldap, postgresql,"
                            + " mysql, ftp, xmpp, sieve, nntp or irc.")
    private @Nullable StartTls startTls;

    @Option(names = "--profile", paramLabel = "NAME", description = "With this profile of the configuration.")
    private @Nullable String profileName;

    @Mixin
    private final ConfigOption config = new ConfigOption();

    @Option(
            names = "--ca",
            paramLabel = "FILE",
            defaultValue = "system",
            description = "Whom to trust: a bundle, a directory, or system, the default.")
    private String ca = "system";

    @Option(names = "--cert", paramLabel = "FILE", description = "The client certificate to show, with its chain.")
    private @Nullable Path cert;

    @Option(names = "--key", paramLabel = "FILE", description = "Its key. Default: the file of --cert")
    private @Nullable Path key;

    @Option(
            names = "--sni",
            paramLabel = "NAME",
            description = "The server name to send and to check. Default: the host.")
    private @Nullable String sni;

    @Option(
            names = "--alpn",
            paramLabel = "NAME",
            split = ",",
            description = "Protocols to offer, such as h2,http/1.1.")
    private List<String> alpn = List.of();

    @Option(names = "--tls1.2", description = "Offer TLS 1.2 only.")
    private boolean tls12;

    @Option(
            names = "--resume",
            description = "Connect twice, and tell whether the second handshake was saved, how, and what that saved.")
    private boolean resume;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            defaultValue = "10",
            description = "For each step. Default: 10")
    private int seconds = 10;

    @Option(names = "--show-chain-pem", description = "Print the server's chain as PEM on stdout, and end.")
    private boolean showChain;

    @Option(names = "--quiet", description = "No report.")
    private boolean quiet;

    ConnectCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    public Integer call() throws MistakesException, UnusableFileException, IOException, InterruptedException {
        Address to = address();
        if (seconds < 1) {
            throw wrongUse("--timeout " + seconds + " is less than 1", "give seconds");
        }
        if (plain && startTls != null) {
            throw wrongUse("--plain and --starttls exclude each other", "leave one of them out");
        }
        if (plain && resume) {
            throw wrongUse("--resume with --plain", "sessions are TLS's: leave one of them out");
        }
        ConnectProfile profile = plain ? null : profile();
        TlsContext context = profile == null ? null : profile.context();
        try (Dial dial = new Dial(Duration.ofSeconds(seconds))) {
            return talk(dial, to, profile, context);
        } catch (CommandFailure e) {
            terminal().error(String.valueOf(e.getMessage()), e.hint());
            return ExitStatus.NO;
        } catch (CertificateException e) {
            terminal().error(String.valueOf(e.getMessage()), "have it issued anew");
            return ExitStatus.NO;
        } finally {
            if (context != null) {
                context.letGo();
            }
        }
    }

    private Address address() {
        try {
            Address address = Address.parse(target);
            if (!address.isUnix() && address.port() == 0) {
                throw new IllegalArgumentException("has port 0, where nothing can listen");
            }
            return address;
        } catch (IllegalArgumentException e) {
            throw wrongUse(
                    target + " " + e.getMessage(), "such as a.test:443, 10.0.0.7:8443, [::1]:443 or unix:/run/a.sock");
        }
    }

    private ConnectProfile profile() throws MistakesException, UnusableFileException, IOException {
        ConnectProfile profile = profileName == null ? ofOptions() : ofConfiguration(profileName);
        return profile.offering(tls12, alpn);
    }

    private ConnectProfile ofConfiguration(String name) throws MistakesException {
        Configuration configuration = config.load().configuration();
        Profile found = configuration.profiles().get(name);
        if (found == null) {
            throw wrongUse(
                    "there is no profile " + name + " in " + config.file(),
                    "there are " + String.join(", ", configuration.profiles().keySet()));
        }
        return ConnectProfile.of(found);
    }

    private ConnectProfile ofOptions() throws UnusableFileException, IOException {
        if (self == null) {
            throw new IllegalStateException("not made by picocli");
        }
        if (cert == null && key != null) {
            throw wrongUse("--key without --cert", "give the certificate too");
        }
        ConnectProfile profile = ConnectProfile.ofOptions(self.commandLine(), ConnectProfile.profile(null, ca));
        return cert == null ? profile : profile.showing(credential(cert, key == null ? cert : key));
    }

    private Credential credential(Path cert, Path key) throws UnusableFileException, IOException {
        FileContents both = key.equals(cert) ? read(cert) : null;
        List<X509Certificate> chain = both == null ? readCertificates(cert) : both.needCertificates();
        PrivateKey secret = (both == null ? read(key) : both).needKey();
        if (!Fingerprints.pin(PublicKeys.of(secret)).equals(Fingerprints.pin(chain.get(0)))) {
            throw wrongUse(
                    "the key in " + key + " doesn't belong to the first certificate in " + cert,
                    "see sallyport cert match");
        }
        return new Credential(chain, secret);
    }

    private int talk(Dial dial, Address to, @Nullable ConnectProfile profile, @Nullable TlsContext context)
            throws CommandFailure, CertificateException, InterruptedException {
        PeerName names = new PeerName(sni, null)
                .orElse(
                        profile == null || sni != null
                                ? PeerName.OF_ADDRESS
                                : profile.profile().peerName());
        if (to.isUnix() && profile != null && names.equals(PeerName.OF_ADDRESS)) {
            throw wrongUse(to + " has no host name to send and to check", "give the server's with --sni");
        }
        String checked = names.checked(to.peerHost());
        String serverName = to.isUnix() ? names.serverName() : ConnectProfile.serverName(names.sent(to.peerHost()));
        Dial.Tls tls = context == null ? null : new Dial.Tls(context, new Target(to, serverName, checked), startTls);
        Dial.Open earlier = resume && tls != null ? dial.open(to, tls) : null;
        if (earlier != null && tls != null && !remembered(earlier, tls)) {
            return ExitStatus.NO;
        }
        Dial.Open open = dial.open(to, tls);
        List<X509Certificate> chain = open.conversation().chain();
        PeerVerifier verifier = profile == null ? null : profile.verifier();
        byte[] staple = open.conversation().staple();
        ServerVerdict found = verifier == null ? null : verifier.inspect(der(chain), staple, checked);
        ResumptionReport resumption = earlier == null || profile == null
                ? null
                : ResumptionReport.of(earlier, open, profile.profile().session().enabled());
        ConnectReport report = new ConnectReport(
                open,
                serverName,
                chain,
                found == null ? null : found.verdict(),
                StapleReport.of(staple, chain, found),
                resumption);
        return answer(report, open.conversation(), profile != null && verifier == null);
    }

    private static byte[][] der(List<X509Certificate> chain) throws CertificateException {
        byte[][] der = new byte[chain.size()][];
        for (int i = 0; i < der.length; i++) {
            der[i] = chain.get(i).getEncoded();
        }
        return der;
    }

    /**
     * Ends the first connection of two, once it has been given its sessions: BoringSSL takes none after close_notify.
     *
     * @return false if the peer turned us down
     */
    private boolean remembered(Dial.Open open, Dial.Tls tls) throws InterruptedException {
        Conversation conversation = open.conversation();
        if (tls.awaitsSessions(open.session())) {
            conversation.readUntil(() -> tls.context().hasSession(tls.target()), PATIENCE);
        }
        Conversation.End end = conversation.finish(Duration.ZERO);
        conversation.close();
        if (end == Conversation.End.REFUSED) {
            refused(conversation);
        }
        return end != Conversation.End.REFUSED;
    }

    private void refused(Conversation conversation) {
        terminal()
                .error(
                        "the peer turned us down: " + conversation.failure().detail(),
                        DialHint.of(conversation.failure()));
    }

    /**
     * @param anybody whether the profile trusts anybody: then bytes pass, and the status still says that nobody was proven
     */
    private int answer(ConnectReport report, Conversation conversation, boolean anybody) throws InterruptedException {
        if (json()) {
            answer(report.description(Instant.now()));
        } else if (!quiet) {
            terminal().err().print(report.text(Instant.now(), terminal().errPalette()));
        }
        if (showChain) {
            terminal().print(PemWriter.text(report.chain()));
        }
        boolean relays = !json() && !showChain && (report.trusted() || anybody);
        Conversation.End end =
                relays ? conversation.relay(terminal().in(), terminal().out()) : conversation.finish(PATIENCE);
        switch (end) {
            case REFUSED -> {
                refused(conversation);
                return ExitStatus.NO;
            }
            case CUT -> note(relays, "the peer ended without close_notify: bytes may be missing");
            case RESET -> note(relays, "the peer reset the connection");
            case WHOLE -> {}
        }
        return report.good() ? ExitStatus.DONE : ExitStatus.NO;
    }

    private static List<String> startTlsWords() {
        return Arrays.stream(StartTls.values()).map(StartTls::label).toList();
    }

    /** For shells. */
    static final class StartTlsWords extends ArrayList<String> {

        private static final long serialVersionUID = 1L;

        StartTlsWords() {
            super(startTlsWords());
        }
    }

    /** Reads the words of the configuration. */
    static final class StartTlsConverter implements ITypeConverter<StartTls> {

        @Override
        public StartTls convert(String text) {
            return Arrays.stream(StartTls.values())
                    .filter(protocol -> protocol.label().equalsIgnoreCase(text))
                    .findFirst()
                    .orElseThrow(() -> new TypeConversionException(
                            "'" + text + "' is not one of " + String.join(", ", startTlsWords())));
        }
    }

    private void note(boolean relays, String line) {
        if (relays && !quiet) {
            terminal().note(line);
        }
    }
}
