package io.sallyport.cli;

import io.sallyport.gateway.RelayStatus;
import io.sallyport.profile.Address;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** What happens in the demo, told as it happens. */
final class DemoStory {

    private static final int BYTES = 4 * 1024 * 1024;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Terminal terminal;
    private final Server.Running running;
    private final DemoCertificates certificates;
    private final DemoUpstream upstream;
    private final RefusalsHeard refusals;
    private final DemoClient client;
    private final Address in;
    private final Address out;
    private int step;
    private boolean good = true;

    DemoStory(
            Terminal terminal,
            Server.Running running,
            DemoCertificates certificates,
            DemoUpstream upstream,
            RefusalsHeard refusals) {
        this.terminal = terminal;
        this.running = running;
        this.certificates = certificates;
        this.upstream = upstream;
        this.refusals = refusals;
        this.client = new DemoClient(certificates.ca());
        this.in = listening(DemoConfiguration.IN);
        this.out = listening(DemoConfiguration.OUT);
    }

    private Address listening(String relay) {
        return running.gateway().relays().stream()
                .filter(status -> status.name().equals(relay))
                .map(RelayStatus::listening)
                .filter(Objects::nonNull)
                .findFirst()
                .orElseThrow();
    }

    /** Tells all of it, and answers whether everything came as it should. */
    boolean tell(boolean certificatesStay) throws IOException, GeneralSecurityException, InterruptedException {
        sayWhatIsThere(certificatesStay);

        say("A plain client, through both relays: plain, mutual TLS, plain");
        judge(client.plain(out, BYTES));
        for (String version : new String[] {"TLSv1.2", "TLSv1.3"}) {
            say("A " + version + " client with its certificate");
            judge(client.tls(in, version, certificates.client(), BYTES));
        }
        for (String version : new String[] {"TLSv1.2", "TLSv1.3"}) {
            say("A " + version + " client without a certificate");
            refuse(version);
        }
        terminal.say("");
        terminal.say(good ? "Everything came as it should." : "Something did not come as it should.");
        return good;
    }

    private void sayWhatIsThere(boolean certificatesStay) {
        terminal.say("Sallyport demo");
        terminal.say("");
        String until = certificatesStay ? "" : ", deleted at the end";
        line("files", certificates.directory() + ": certificates, and sallyport.yaml" + until);
        line("echo upstream", upstream.address() + ", plain");
        line(DemoConfiguration.IN, in + " -> " + upstream.address() + ", clients must show a certificate of our CA");
        line(DemoConfiguration.OUT, out + " -> " + in + ", shows a certificate for those who have none");
    }

    private void say(String what) {
        terminal.say("");
        terminal.say(++step + ". " + what);
    }

    private void line(String what, String text) {
        terminal.say(String.format(Locale.ROOT, "   %-14s %s", what, text));
    }

    private void judge(DemoClient.Exchange exchange) throws InterruptedException {
        Digest.Sum atUpstream = upstream.awaitNext(PATIENCE);
        if (exchange.cipher() != null) {
            line("cipher", exchange.cipher());
        }
        line("sent", text(exchange.sent()));
        line("at upstream", text(atUpstream));
        line("came back", text(exchange.returned()));
        conclude(
                exchange.sent().equals(atUpstream) && exchange.sent().equals(exchange.returned()),
                "all three are equal");
    }

    private static String text(Digest.@Nullable Sum sum) {
        return sum == null ? "nothing" : String.format(Locale.ROOT, "%,d bytes, SHA-256 %s", sum.bytes(), sum.sha256());
    }

    private void refuse(String version) throws IOException, GeneralSecurityException, InterruptedException {
        String read;
        try {
            DemoClient.Exchange exchange = client.tls(in, version, null, 1);
            read = "no refusal: " + text(exchange.returned()) + " came back";
        } catch (SSLException e) {
            read = String.valueOf(e.getMessage());
        }
        String logged = refusals.awaitNext(PATIENCE);
        line("client read", read);
        line("gateway says", logged == null ? "nothing" : logged);
        conclude(
                read.contains("Received fatal alert") && logged != null && logged.contains("refusal=no_certificate"),
                "turned down, and both know why");
    }

    private void conclude(boolean asItShould, String what) {
        good &= asItShould;
        line(asItShould ? "ok" : "FAILED", asItShould ? what : "not so: " + what);
    }

    /** Where the gateway can be seen, and how to try it by hand. */
    void sayWhereToLook() {
        String admin = running.admin().toString();
        terminal.say("");
        terminal.say("Look at it:");
        line("health", admin + "/q/health/ready");
        line("metrics", admin + "/q/metrics");
        line("console", admin + "/console");
        line("API", admin + "/api/relays  /api/profiles  /api/connections");
        terminal.say("");
        terminal.say("Try it:");
        terminal.say("   openssl s_client -quiet -connect " + in + " -CAfile " + certificates.caFile() + " \\");
        terminal.say("       -cert " + certificates.clientFiles().cert() + " -key "
                + certificates.clientFiles().key());
        terminal.say("");
        terminal.say("Ctrl-C stops it.");
    }
}
