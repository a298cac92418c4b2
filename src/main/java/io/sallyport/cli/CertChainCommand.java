package io.sallyport.cli;

import io.sallyport.pki.ChainOrder;
import io.sallyport.pki.Description;
import io.sallyport.pki.Descriptions;
import io.sallyport.pki.PemWriter;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Puts certificates into the order of a chain. */
@Command(
        name = "chain",
        description = {
            "Put the certificates of a bundle into the order in which TLS sends them, and draw them as a tree.",
            "Exit status 0: they are a chain in order; 1: the order is another, or some don't belong to it."
        })
final class CertChainCommand extends CertFileCommand {

    @Option(names = "--pem", description = "Print the chain in order as PEM, leaf first, and nothing else.")
    private boolean pem;

    CertChainCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    public Integer call() throws Exception {
        ChainOrder chain = ChainOrder.of(certificates());
        if (pem) {
            terminal().print(PemWriter.text(chain.path()));
        } else if (json()) {
            answer(new Description()
                    .add("ordered", chain.ordered())
                    .add("reachesRoot", chain.reachesRoot())
                    .add("missing", chain.reachesRoot() ? null : missing(chain))
                    .addAll("chain", briefly(chain.path()))
                    .addAll("extra", briefly(chain.extra())));
        } else {
            terminal().print(text(chain));
        }
        return chain.ordered() && chain.extra().isEmpty() ? ExitStatus.DONE : ExitStatus.NO;
    }

    private static String missing(ChainOrder chain) {
        return Descriptions.issuer(chain.path().get(chain.path().size() - 1));
    }

    private static List<Description> briefly(List<X509Certificate> certificates) {
        return certificates.stream()
                .map(c -> new Description()
                        .add("subject", Descriptions.subject(c))
                        .add("issuer", Descriptions.issuer(c))
                        .add("notAfter", c.getNotAfter().toInstant().toString())
                        .add("sha256", io.sallyport.pki.Fingerprints.sha256(c)))
                .toList();
    }

    private static String text(ChainOrder chain) {
        StringBuilder text = new StringBuilder(ChainTree.text(chain.path(), Instant.now()));
        if (!chain.reachesRoot()) {
            text.append("missing: ")
                    .append(missing(chain))
                    .append(" (right where it is the root: peers have that one)\n");
        }
        chain.extra()
                .forEach(c -> text.append("extra: ")
                        .append(Descriptions.subject(c))
                        .append(", which issued none of these\n"));
        if (!chain.ordered()) {
            text.append("order: not the one in the files; --pem prints it right\n");
        }
        return text.toString();
    }
}
