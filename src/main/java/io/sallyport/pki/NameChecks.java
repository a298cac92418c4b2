package io.sallyport.pki;

import io.sallyport.fault.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;

/** Whether the leaf has the names that are expected, and every certificate of a path only names that it may have. */
final class NameChecks {

    /** What can be a host's name, and not a person's: two labels at least. */
    private static final Pattern HOST =
            Pattern.compile("[A-Za-z0-9_](?:-*[A-Za-z0-9_])*(?:\\.[A-Za-z0-9_](?:-*[A-Za-z0-9_])*)+");

    private static final int EMAIL_MISMATCH = 63;
    private static final int IP_ADDRESS_MISMATCH = 64;

    private final VerifyOptions options;
    private final WorkBudget budget;

    NameChecks(VerifyOptions options, WorkBudget budget) {
        this.options = options;
        this.budget = budget;
    }

    void expected(Cert leaf, ExpectedNames expected) throws RefusedException {
        SubjectNames names = leaf.names();
        String host = expected.host();
        if (host != null && !names.matchHost(host, options.commonNames())) {
            boolean name = SubjectNames.address(host) == null;
            throw mismatch(leaf, name ? Refusal.NAME_MISMATCH.number() : IP_ADDRESS_MISMATCH, host);
        }
        String email = expected.email();
        if (email != null && !names.matchEmail(email)) {
            throw mismatch(leaf, EMAIL_MISMATCH, email);
        }
        String ip = expected.ip();
        if (ip != null && !names.matchAddress(Objects.requireNonNull(SubjectNames.address(ip)))) {
            throw mismatch(leaf, IP_ADDRESS_MISMATCH, ip);
        }
        String uri = expected.uri();
        if (uri != null && !names.matchUri(uri)) {
            throw mismatch(leaf, Refusal.NAME_MISMATCH.number(), uri);
        }
    }

    private static RefusedException mismatch(Cert leaf, int number, String wanted) {
        return new RefusedException(
                Refusal.NAME_MISMATCH,
                number,
                0,
                leaf,
                "is not for " + wanted + "; it is for " + leaf.names().list());
    }

    void constraints(List<Cert> path) throws RefusedException {
        for (int depth = path.size() - 1; depth >= 0; depth--) {
            Cert cert = path.get(depth);
            // A self-issued CA is a CA's own new key: its name isn't one that it gives away.
            if (depth > 0 && cert.selfIssued()) {
                continue;
            }
            for (int above = path.size() - 1; above > depth; above--) {
                NameConstraints constraints = path.get(above).extensions().nameConstraints;
                if (constraints != null) {
                    constrained(cert, depth, constraints, path.get(above));
                }
            }
        }
    }

    private void constrained(Cert cert, int depth, NameConstraints constraints, Cert by) throws RefusedException {
        List<GeneralName> names = constrainedNames(cert, depth);
        budget.comparisons((long) names.size() * constraints.size());
        for (GeneralName name : names) {
            NameConstraints.Finding finding = constraints.check(name);
            if (finding != NameConstraints.Finding.FINE) {
                throw new RefusedException(
                        Refusal.NAME_NOT_PERMITTED,
                        finding.number(),
                        depth,
                        cert,
                        "has the name " + name + ", which " + finding.text() + " (name constraints of "
                                + by.subjectText() + ")");
            }
        }
    }

    private static boolean isHost(String text) {
        // Longer ones are none; and the pattern's recursion would grow with them.
        return text.length() <= 253 && HOST.matcher(text).matches();
    }

    private static List<GeneralName> constrainedNames(Cert cert, int depth) {
        List<GeneralName> names = new ArrayList<>();
        if (!cert.subject().isEmpty()) {
            names.add(new GeneralName(
                    GeneralName.DIRECTORY, cert.x509().getSubjectX500Principal().getEncoded()));
        }
        for (DistinguishedName.Attribute email : cert.subject().attributes(DistinguishedName.EMAIL_ADDRESS)) {
            // An address that isn't the string it must be is kept as one that can't be right.
            names.add(GeneralName.email(email.isIa5() && email.text() != null ? email.text() : ""));
        }
        names.addAll(cert.names().alternatives());
        if (depth == 0 && !cert.names().has(GeneralName.DNS)) {
            // Nothing here takes a common name for a host's unless told to, but others do.
            for (DistinguishedName.Attribute name : cert.subject().attributes(DistinguishedName.COMMON_NAME)) {
                String text = name.text();
                if (text != null && isHost(text)) {
                    names.add(GeneralName.dns(text));
                }
            }
        }
        return names;
    }
}
