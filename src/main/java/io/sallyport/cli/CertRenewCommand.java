package io.sallyport.cli;

import io.sallyport.pki.AuthorityDirectory;
import io.sallyport.pki.CertificateAuthority;
import io.sallyport.pki.CertificateSpec;
import io.sallyport.pki.Credential;
import io.sallyport.pki.Renewal;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Issues the certificate that follows another. */
@Command(
        name = "renew",
        description = {
            "Issue the next certificate for the same subject, names and uses: for the same key, or for a new one.",
            "It lives as long as the last one did, unless told otherwise."
        })
final class CertRenewCommand extends ToolCommand {

    @Parameters(paramLabel = "FILE", description = "The certificate; of a chain the first.")
    private Path file = Path.of("-");

    @Option(names = "--ca", paramLabel = "DIR", required = true, description = "The directory of the CA.")
    private Path ca = Path.of("");

    @Option(names = "--new-key", description = "For a new key of the same kind, written to PREFIX.key.")
    private boolean newKey;

    @Mixin
    private final ValidityOption validity = new ValidityOption();

    @Mixin
    private final PrefixOption output = new PrefixOption();

    CertRenewCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    public Integer call() throws Exception {
        output.encrypt().refuseUnused(this);
        if (output.encrypt().isWanted() && !newKey) {
            throw wrongUse("--encrypt without --new-key: no key is written", "leave it out, or add --new-key");
        }
        if (newKey) {
            output.refuseIfThere(this);
        } else {
            output.refuseIfCertificateThere(this);
        }
        X509Certificate old = readCertificates(file).get(0);
        CertificateAuthority authority =
                new AuthorityDirectory(ca).load(passphrase().reading(terminal()));
        Instant now = Instant.now();
        Duration life = Duration.between(
                old.getNotBefore().toInstant(), old.getNotAfter().toInstant());
        CertificateSpec spec = validity.of(Renewal.of(old, now, now.plus(life)));
        X509Certificate next;
        if (newKey) {
            Credential issued = authority.issue(spec);
            output.write(this, issued);
            next = issued.leaf();
        } else {
            next = authority.certify(spec, old.getPublicKey());
            output.write(this, authority.chainFor(next));
        }
        IssuerOption.noteOutliving(terminal(), next, authority.certificate());
        return ExitStatus.DONE;
    }
}
