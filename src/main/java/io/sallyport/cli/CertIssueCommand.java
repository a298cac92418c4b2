package io.sallyport.cli;

import io.sallyport.pki.AuthorityDirectory;
import io.sallyport.pki.CertificateAuthority;
import io.sallyport.pki.CertificateRequest;
import io.sallyport.pki.CertificateSpec;
import io.sallyport.pki.Credential;
import io.sallyport.pki.Policy;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Issues a certificate. */
@Command(
        name = "issue",
        description = {
            "Issue a certificate by a CA, for a new key or for a request.",
            "Writes PREFIX.crt, the chain without its root, and PREFIX.key where the key is new."
        })
final class CertIssueCommand extends ToolCommand {

    @Option(names = "--ca", paramLabel = "DIR", description = "The directory of the CA, as 'ca init' made it.")
    private @Nullable Path ca;

    @Option(names = "--self-signed", description = "Without a CA: its own key signs it.")
    private boolean selfSigned;

    @Option(
            names = "--csr",
            paramLabel = "FILE",
            description = "The request to answer: its key, and its names where --name gives none.")
    private @Nullable Path csr;

    @Option(
            names = "--policy",
            paramLabel = "OID",
            description = "A certificate policy, or the word ev. May be given often.")
    private List<String> policies = List.of();

    @Mixin
    private final IssuerOption wanted = new IssuerOption();

    @Mixin
    private final ValidityOption validity = new ValidityOption();

    @Mixin
    private final KeyTypeOption keyType = new KeyTypeOption();

    @Mixin
    private final PrefixOption output = new PrefixOption();

    CertIssueCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    public Integer call() throws Exception {
        if ((ca == null) == !selfSigned) {
            throw wrongUse(
                    ca == null ? "nobody is named to sign it" : "--ca and --self-signed exclude each other",
                    "give either --ca DIR or --self-signed");
        }
        output.encrypt().refuseUnused(this);
        if (csr == null) {
            output.refuseIfThere(this);
        } else {
            output.refuseIfCertificateThere(this);
        }
        CertificateRequest request = csr == null ? null : read(csr).needRequest();
        if (request != null && (output.encrypt().isWanted() || keyType.isGiven())) {
            throw wrongUse(
                    "--csr with --key-type or --encrypt: the key is the requester's, none is made", "leave it out");
        }
        try {
            issue(request, spec(request));
        } catch (IllegalArgumentException e) {
            throw wrongUse(String.valueOf(e.getMessage()), "see sallyport cert issue --help");
        }
        return ExitStatus.DONE;
    }

    private void issue(@Nullable CertificateRequest request, CertificateSpec spec) throws Exception {
        if (ca == null) {
            output.write(this, CertificateAuthority.selfSigned(spec));
            return;
        }
        CertificateAuthority authority =
                new AuthorityDirectory(ca).load(passphrase().reading(terminal()));
        if (wanted.use() == IssuerOption.Use.ca) {
            authority.refuseBeyondPathLength();
        }
        if (request == null) {
            Credential issued = authority.issue(spec);
            output.write(this, issued);
            IssuerOption.noteOutliving(terminal(), issued.leaf(), authority.certificate());
        } else {
            X509Certificate issued = authority.certify(spec, request.publicKey());
            output.write(this, authority.chainFor(issued));
            IssuerOption.noteOutliving(terminal(), issued, authority.certificate());
        }
    }

    private CertificateSpec spec(@Nullable CertificateRequest request) {
        List<String> names = new ArrayList<>(wanted.names());
        String subject = wanted.subject();
        if (request != null) {
            if (selfSigned) {
                throw wrongUse("a request holds no private key to sign with", "give --ca DIR");
            }
            if (!request.isSignatureGood()) {
                throw wrongUse(
                        "the request's signature is wrong", "have it made again: its maker may not have the key");
            }
            if (names.isEmpty()) {
                names.addAll(request.names());
            }
            if (subject == null) {
                subject = request.subject().getName();
            }
        }
        boolean nameless = subject == null || subject.isBlank();
        if (wanted.use() == IssuerOption.Use.ca ? nameless : names.isEmpty() && nameless) {
            throw wanted.use() == IssuerOption.Use.ca
                    ? wrongUse("a CA needs a subject", "give --subject, such as CN=My CA")
                    : wrongUse("it would be for nobody", "give --name, such as --name a.test");
        }
        if (wanted.use() == IssuerOption.Use.ca && !wanted.names().isEmpty()) {
            throw wrongUse("--name with --profile ca: a CA has a subject, and no names", "give --subject alone");
        }
        CertificateSpec spec = validity.of(
                        IssuerOption.spec(wanted.use(), subject == null ? madeUp(names) : subject, names))
                .withKeyType(keyType.type());
        return policies.isEmpty() ? spec : spec.withExtension(Policy.EXTENSION, false, Policy.encode(policies));
    }

    /** An issuer has a name (RFC 5280, section 4.1.2.4), so what signs itself has one too. */
    private String madeUp(List<String> names) {
        String subject = IssuerOption.subject(names);
        return selfSigned && subject.isEmpty() ? IssuerOption.commonName(names.get(0)) : subject;
    }
}
