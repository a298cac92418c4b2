package io.sallyport.cli;

import io.sallyport.pki.CrlSpec;
import io.sallyport.pki.CrlSpec.Reason;
import io.sallyport.pki.Descriptions;
import io.sallyport.pki.UnusableFileException;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/** Revokes certificates. */
@Command(name = "revoke", description = "Revoke certificates of a CA, and make its next CRL.")
final class CrlRevokeCommand extends CrlWritingCommand {

    private static final Pattern SERIAL = Pattern.compile("(0[xX])?(?=.*[0-9A-Fa-f])[0-9A-Fa-f:]{1,60}");

    @Parameters(
            arity = "1..*",
            paramLabel = "FILE|SERIAL",
            description = "The certificate, of a chain the first; or its serial number in hexadecimal digits.")
    private List<String> targets = List.of();

    @Option(
            names = "--reason",
            paramLabel = "REASON",
            converter = ReasonConverter.class,
            completionCandidates = ReasonWords.class,
            description = "Such as key-compromise, superseded, cessation-of-operation. Default: unspecified")
    private Reason reason = Reason.UNSPECIFIED;

    CrlRevokeCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    public Integer call() throws Exception {
        X509Certificate issuer =
                directory().load(passphrase().reading(terminal())).certificate();
        List<CrlSpec.Revoked> before =
                directory().nextCrl(List.of(), Instant.now(), Instant.now()).revoked();
        List<CrlSpec.Revoked> revoked = new ArrayList<>();
        for (String target : targets) {
            BigInteger serial = serial(target, issuer);
            before.stream()
                    .filter(one -> one.serial().equals(serial))
                    .forEach(one -> terminal().note("note: " + target + " was revoked before, at " + one.at()));
            revoked.add(new CrlSpec.Revoked(serial, Instant.now(), reason));
        }
        issue(revoked);
        return ExitStatus.DONE;
    }

    private BigInteger serial(String target, X509Certificate issuer) throws UnusableFileException, IOException {
        if (!target.equals("-") && !Files.exists(Path.of(target))) {
            BigInteger serial = SERIAL.matcher(target).matches()
                    ? new BigInteger(target.replaceFirst("^0[xX]", "").replace(":", ""), 16)
                    : BigInteger.ZERO;
            if (serial.signum() == 0) {
                throw wrongUse(
                        target + " is neither a file nor a serial number in hexadecimal digits",
                        "sallyport cert serial shows that of a certificate");
            }
            return serial;
        }
        X509Certificate certificate = readCertificates(Path.of(target)).get(0);
        if (!certificate.getIssuerX500Principal().equals(issuer.getSubjectX500Principal())) {
            throw wrongUse(
                    target + " was issued by " + Descriptions.issuer(certificate) + ", not by this CA",
                    "revoke it at its own CA");
        }
        return certificate.getSerialNumber();
    }

    /** The words of RFC 5280, with hyphens. */
    private static Map<String, Reason> reasons() {
        Map<String, Reason> reasons = new LinkedHashMap<>();
        for (Reason reason : Reason.values()) {
            // That one is for delta CRLs only (RFC 5280, section 5.3.1).
            if (reason != Reason.REMOVE_FROM_CRL) {
                reasons.put(reason.name().toLowerCase(Locale.ROOT).replace('_', '-'), reason);
            }
        }
        return reasons;
    }

    /** For shells. */
    static final class ReasonWords extends ArrayList<String> {

        private static final long serialVersionUID = 1L;

        ReasonWords() {
            super(reasons().keySet());
        }
    }

    /** Reads them. */
    static final class ReasonConverter implements ITypeConverter<Reason> {

        @Override
        public Reason convert(String text) {
            Reason reason = reasons().get(text.toLowerCase(Locale.ROOT));
            if (reason == null) {
                throw new TypeConversionException("'" + text + "' is not one of "
                        + String.join(", ", reasons().keySet()));
            }
            return reason;
        }
    }
}
