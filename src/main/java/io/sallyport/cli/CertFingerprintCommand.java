package io.sallyport.cli;

import io.sallyport.pki.Description;
import io.sallyport.pki.Descriptions;
import io.sallyport.pki.Fingerprints;
import java.security.cert.X509Certificate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The digests that certificates are known by. */
@Command(
        name = "fingerprint",
        description =
                "Show SHA-256 and SHA-1 of certificates, and the pin of their keys (SHA-256 of the public key, base64).")
final class CertFingerprintCommand extends CertFileCommand {

    enum Kind {
        sha256,
        sha1,
        spki
    }

    @Option(names = "--only", paramLabel = "sha256|sha1|spki", description = "Show this one only, without its name.")
    private @Nullable Kind only;

    CertFingerprintCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    public Integer call() throws Exception {
        Kind one = only;
        if (one != null) {
            return each(certificate -> one(one, certificate) + "\n", CertFingerprintCommand::all);
        }
        answer(
                "certificates",
                certificates().stream().map(CertFingerprintCommand::all).toList());
        return ExitStatus.DONE;
    }

    private static Description all(X509Certificate certificate) {
        Description all = new Description().add("subject", Descriptions.subject(certificate));
        Descriptions.fingerprints(certificate).facts().forEach(all::add);
        return all;
    }

    private static String one(Kind kind, X509Certificate certificate) {
        return switch (kind) {
            case sha256 -> Fingerprints.sha256(certificate);
            case sha1 -> Fingerprints.sha1(certificate);
            case spki -> Fingerprints.pin(certificate);
        };
    }
}
