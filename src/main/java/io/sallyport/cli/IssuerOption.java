package io.sallyport.cli;

import io.sallyport.pki.CertificateSpec;
import java.util.List;
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
        return names.stream().map(io.sallyport.pki.AlternativeNames::withKind).toList();
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

    /** A subject for one that wasn't told: the first DNS name where it fits into a common name. */
    static String subject(List<String> names) {
        return names.stream()
                .filter(name -> name.startsWith("DNS:") && name.length() <= 64 + 4)
                .findFirst()
                .map(name -> "CN=" + name.substring(4))
                .orElse("");
    }
}
