package io.sallyport.cli;

import io.sallyport.pki.AuthorityDirectory;
import io.sallyport.pki.CertificateAuthority;
import io.sallyport.pki.CertificateSpec;
import io.sallyport.pki.Description;
import io.sallyport.pki.Descriptions;
import io.sallyport.pki.Fingerprints;
import io.sallyport.pki.NewFile;
import io.sallyport.pki.PemWriter;
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

    @Option(names = "--encrypt", description = "Encrypt its key under a passphrase.")
    private boolean encrypt;

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
        CertificateAuthority authority;
        X509Certificate root;
        if (parent == null) {
            authority = CertificateAuthority.root(spec("CN=Sallyport root CA"));
            root = authority.certificate();
        } else {
            AuthorityDirectory above = new AuthorityDirectory(parent);
            CertificateAuthority issuer = above.load(passphrase().reading(terminal()));
            authority = issuer.intermediate(spec("CN=Sallyport intermediate CA"));
            X509Certificate known = above.rootCertificate();
            root = known == null ? issuer.certificate() : known;
        }
        String key = encrypt
                ? PemWriter.text(authority.key(), passphrase().forNew(terminal()))
                : PemWriter.text(authority.key());
        target.write(authority, root, key, force ? NewFile.Existing.REPLACED : NewFile.Existing.KEPT);
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
        try {
            CertificateSpec spec = validity.of(CertificateSpec.ca(subject == null ? defaultSubject : subject))
                    .withKeyType(keyType.type());
            if (spec.subject().isBlank()) {
                throw wrongUse("a CA needs a subject", "give --subject, such as CN=My CA");
            }
            if (pathLength != null) {
                return spec.withPathLength(pathLength);
            }
            return parent == null ? spec : spec.withPathLength(0);
        } catch (IllegalArgumentException e) {
            throw wrongUse(String.valueOf(e.getMessage()), "see sallyport ca init --help");
        }
    }
}
