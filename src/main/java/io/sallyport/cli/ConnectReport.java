package io.sallyport.cli;

import io.sallyport.pki.Description;
import io.sallyport.pki.Descriptions;
import io.sallyport.pki.Fingerprints;
import io.sallyport.pki.Verdict;
import io.sallyport.tls.TlsSession;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@code connect} found.
 *
 * @param serverName the SNI that was sent, or null
 * @param chain as the server sent it
 * @param verdict on the server; null where nobody asked, on a plain connection or with {@code verify: none}
 * @param staple the OCSP response that came along, or null
 * @param resumption what a second connection saved; null where none was made
 */
record ConnectReport(
        Dial.Open open,
        @Nullable String serverName,
        List<X509Certificate> chain,
        @Nullable Verdict verdict,
        @Nullable StapleReport staple,
        @Nullable ResumptionReport resumption) {

    boolean trusted() {
        return open.session() == null || verdict instanceof Verdict.Trusted;
    }

    /** Whether all that was asked for is so. */
    boolean good() {
        return trusted() && (resumption == null || resumption.resumed());
    }

    Description description(Instant now) {
        Description description = new Description().add("address", Dial.text(open.address()));
        Description steps = new Description();
        open.steps()
                .forEach(step -> steps.add(
                        step.name(),
                        String.format(
                                java.util.Locale.ROOT, "%.1f ms", step.took().toNanos() / 1e6)));
        description.add("steps", steps);
        TlsSession session = open.session();
        if (session == null) {
            return description.add("tls", false);
        }
        List<Description> certificates = new ArrayList<>();
        for (int depth = 0; depth < chain.size(); depth++) {
            certificates.add(certificate(depth, now));
        }
        return description
                .add("tls", true)
                .add("version", session.version())
                .add("cipher", session.cipher())
                .add("alpn", session.alpn())
                .add("serverName", serverName)
                .add("resumed", session.resumed())
                .add("trusted", trusted())
                .add("verdict", sentence())
                .addAll("chain", certificates)
                .add("anchor", anchor())
                .add("stapled", staple != null)
                .add("staple", staple == null ? null : staple.description(now))
                .add("resumption", resumption == null ? null : resumption.description());
    }

    private Description certificate(int depth, Instant now) {
        X509Certificate certificate = chain.get(depth);
        return new Description()
                .add("subject", Descriptions.subject(certificate))
                .add("issuer", Descriptions.issuer(certificate))
                .addAll("names", depth == 0 ? Descriptions.names(certificate) : List.of())
                .add("notAfter", certificate.getNotAfter().toInstant().toString())
                .add("expiry", Descriptions.expiry(certificate, now))
                .add("sha256", Fingerprints.sha256(certificate))
                .add("verdict", word(depth));
    }

    /** What the verdict says of one certificate; null where it says nothing of it. */
    private @Nullable String word(int depth) {
        if (verdict instanceof Verdict.Trusted trusted) {
            return trusted.path().contains(chain.get(depth)) ? "good" : "not needed";
        }
        return verdict instanceof Verdict.Untrusted untrusted && untrusted.depth() == depth
                ? untrusted.refusal().code()
                : null;
    }

    private @Nullable String anchor() {
        return verdict instanceof Verdict.Trusted trusted
                ? Descriptions.subject(trusted.path().get(trusted.path().size() - 1))
                : null;
    }

    private String sentence() {
        if (verdict instanceof Verdict.Untrusted untrusted) {
            String name = untrusted.refusal().opensslName();
            return untrusted.refusal().code() + ": " + untrusted.detail()
                    + (name == null ? "" : " (" + name + ", " + untrusted.number() + ")");
        }
        return verdict == null ? "nobody asked: the profile says verify: none" : "trusted";
    }

    private String hint() {
        return verdict instanceof Verdict.Untrusted untrusted
                ? "hint: " + VerdictHint.ofConnect(untrusted.refusal()) + "\n"
                : "";
    }

    /** For people: what was agreed on, and the chain as a tree. */
    String text(Instant now, Palette palette) {
        StringBuilder text = new StringBuilder("connected to " + Dial.text(open.address()));
        open.steps()
                .forEach(step -> text.append(String.format(
                        java.util.Locale.ROOT,
                        ", %s %.1f ms",
                        step.name(),
                        step.took().toNanos() / 1e6)));
        text.append('\n');
        TlsSession session = open.session();
        if (session == null) {
            return text.append("plain: nobody proved anything\n").toString();
        }
        text.append(session.version()).append(", ").append(session.cipher());
        text.append(session.alpn() == null ? ", no ALPN" : ", ALPN " + session.alpn());
        text.append(serverName == null ? ", no SNI" : ", SNI " + serverName);
        text.append(session.resumed() ? ", resumed\n" : ", full handshake\n");
        for (int depth = chain.size() - 1; depth >= 0; depth--) {
            X509Certificate certificate = chain.get(depth);
            text.append(ChainTree.entry(certificate, chain.size() - 1 - depth, now));
            String word = word(depth);
            text.append(word == null ? "" : ": " + palette.verdict(!(verdict instanceof Verdict.Untrusted), word))
                    .append('\n');
        }
        if (!chain.isEmpty()) {
            text.append("names: ")
                    .append(String.join(", ", Descriptions.names(chain.get(0))))
                    .append('\n');
        }
        text.append(staple == null ? "no stapled OCSP response\n" : staple.text(now, palette));
        String anchor = anchor();
        return text.append(
                        trusted()
                                ? palette.good("trusted") + (anchor == null ? "" : ", by " + anchor)
                                : palette.bad("not trusted") + ": " + sentence())
                .append('\n')
                .append(hint())
                .append(resumption == null ? "" : resumption.text())
                .toString();
    }
}
