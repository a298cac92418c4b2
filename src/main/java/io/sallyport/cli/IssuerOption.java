package io.sallyport.cli;

import io.sallyport.pki.CertificateSpec;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.naming.ldap.Rdn;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Who a certificate is for, and what for. */
final class IssuerOption {

    enum Use {
        server,
        client,
        both,
        ca
    }

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description = "A name it is for: a DNS name, an IP address, a URI, an e-mail address. May be given often.")
    private List<String> names = List.of();

    @Option(
            names = "--subject",
            paramLabel = "DN",
            description = "Its subject, such as CN=a.test,O=Orders. Default: the first DNS name as CN.")
    private @Nullable String subject;

    @Option(
            names = "--profile",
            paramLabel = "server|client|both|ca",
            defaultValue = "server",
            description = "What it proves. Default: server")
    private Use use = Use.server;

    List<String> names() {
        return names.stream()
                .map(io.sallyport.pki.AlternativeNames::withKind)
                .distinct()
                .toList();
    }

    @Nullable
    String subject() {
        return subject;
    }

    Use use() {
        return use;
    }

    /** What it shall say, with names and subject decided. */
    static CertificateSpec spec(Use use, String subject, List<String> names) {
        String[] all = names.toArray(String[]::new);
        return switch (use) {
            case server -> CertificateSpec.server(subject, all);
            case client -> CertificateSpec.client(subject, all);
            case both ->
                CertificateSpec.server(subject, all)
                        .withPurposes(
                                io.sallyport.pki.Purpose.TLS_SERVER.oid(), io.sallyport.pki.Purpose.TLS_CLIENT.oid());
            case ca -> CertificateSpec.ca(subject);
        };
    }

    /** Peers refuse what its issuer can't answer for any more. */
    static void noteOutliving(Terminal terminal, X509Certificate issued, X509Certificate issuer) {
        if (issued.getNotAfter().after(issuer.getNotAfter())) {
            terminal.note("note: its CA expires before it, at "
                    + issuer.getNotAfter().toInstant() + ": peers will refuse it from then on");
        }
    }

    /** A subject for one that wasn't told: the first DNS name where it fits into a common name. */
    static String subject(List<String> names) {
        return names.stream()
                .filter(name -> name.startsWith("DNS:") && name.length() <= 64 + 4)
                .findFirst()
                .map(IssuerOption::commonName)
                .orElse("");
    }

    /** A subject with a name, which has its kind in front. */
    static String commonName(String name) {
        return "CN=" + Rdn.escapeValue(name.substring(name.indexOf(':') + 1));
    }
}
