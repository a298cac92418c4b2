package io.sallyport.cli;

import io.sallyport.pki.AuthorityDirectory;
import io.sallyport.pki.CertificateAuthority;
import io.sallyport.pki.CertificateSpec;
import io.sallyport.pki.Description;
import io.sallyport.pki.Descriptions;
import io.sallyport.pki.Fingerprints;
import io.sallyport.pki.NewFile;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Makes a CA. */
@Command(
        name = "init",
        description = {
            "Make a CA in a directory: a root, or with --parent an intermediate under another.",
            "Writes ca.crt, ca.key (which only its owner can read) and root.crt, what peers trust."
        })
final class CaInitCommand extends ToolCommand {

    @Option(
            names = "--out",
            paramLabel = "DIR",
            required = true,
            description = "The directory; it is made if it isn't there.")
    private Path directory = Path.of("");

    @Option(names = "--parent", paramLabel = "DIR", description = "The directory of the CA above it.")
    private @Nullable Path parent;

    @Option(
            names = "--subject",
            paramLabel = "DN",
            description = "Its subject. Default: CN=Sallyport root CA, or CN=Sallyport intermediate CA")
    private @Nullable String subject;

    @Option(
            names = "--path-length",
            paramLabel = "N",
            description = "How many CAs may stand under it. Default: any; none under an intermediate.")
    private @Nullable Integer pathLength;

    @Mixin
    private final EncryptOption encrypt = new EncryptOption();

    @Option(names = "--force", description = "Replace a CA that is there: what it issued is then no longer trusted.")
    private boolean force;

    @Mixin
    private final ValidityOption validity = new ValidityOption();

    @Mixin
    private final KeyTypeOption keyType = new KeyTypeOption();

    CaInitCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    public Integer call() throws Exception {
        AuthorityDirectory target = new AuthorityDirectory(directory);
        NewFile.Existing existing = force ? NewFile.Existing.REPLACED : NewFile.Existing.KEPT;
        target.refuseIfThere(existing);
        CertificateAuthority authority;
        X509Certificate root;
        try {
            if (parent == null) {
                encrypt.refuseAnyUnused(this);
                authority = CertificateAuthority.root(spec("CN=Sallyport root CA"));
                root = authority.certificate();
            } else {
                encrypt.refuseUnused(this);
                AuthorityDirectory above = new AuthorityDirectory(parent);
                CertificateAuthority issuer = above.load(passphrase().reading(terminal()));
                CertificateSpec spec = spec("CN=Sallyport intermediate CA");
                issuer.refuseBeyondPathLength();
                authority = issuer.intermediate(spec);
                IssuerOption.noteOutliving(terminal(), authority.certificate(), issuer.certificate());
                X509Certificate known = above.rootCertificate();
                root = known == null ? issuer.certificate() : known;
            }
        } catch (IllegalArgumentException e) {
            throw wrongUse(String.valueOf(e.getMessage()), "see sallyport ca init --help");
        }
        target.write(authority, root, encrypt.pem(authority.key(), encrypt.secret(this)), existing);
        answer(new Description()
                .add("certificate", target.certificates().toString())
                .add("privateKey", target.key().toString())
                .add("root", target.root().toString())
                .add("subject", Descriptions.subject(authority.certificate()))
                .add(
                        "notAfter",
                        authority.certificate().getNotAfter().toInstant().toString())
                .add("sha256", Fingerprints.sha256(authority.certificate())));
        return ExitStatus.DONE;
    }

    private CertificateSpec spec(String defaultSubject) {
        CertificateSpec spec = validity.of(CertificateSpec.ca(subject == null ? defaultSubject : subject))
                .withKeyType(keyType.type());
        if (spec.subject().isBlank()) {
            throw wrongUse("a CA needs a subject", "give --subject, such as CN=My CA");
        }
        if (pathLength != null) {
            if (pathLength < 0) {
                throw wrongUse("--path-length " + pathLength + " is less than 0", "0: only leaves may stand under it");
            }
            return spec.withPathLength(pathLength);
        }
        return parent == null ? spec : spec.withPathLength(0);
    }
}
