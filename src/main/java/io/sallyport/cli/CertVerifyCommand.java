package io.sallyport.cli;

import io.sallyport.fault.Alert;
import io.sallyport.fault.Refusal;
import io.sallyport.pki.CertificateFiles;
import io.sallyport.pki.Description;
import io.sallyport.pki.Descriptions;
import io.sallyport.pki.FileContents;
import io.sallyport.pki.OcspResponse;
import io.sallyport.pki.UnusableFileException;
import io.sallyport.pki.Verdict;
import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/** Says whether certificates lead to a trusted one, by the rules that relays have. */
@Command(
        name = "verify",
        description = {
            "Verify certificates as a relay would, and say why one is refused.",
            "Of a file the first certificate is verified; those behind it may stand between it and the trusted one.",
            "With --ocsp-response and no certificate the response itself is verified.",
            "Exit status 0: all are accepted, or as the table expects; 1: one isn't; 2: a file can't be read."
        })
final class CertVerifyCommand extends ToolCommand {

    /** What isn't about a single case. */
    private static final Set<String> OF_THE_CALL =
            Set.of("--table", "--format", "--debug", "--color", "--passphrase-file", "--passphrase-env");

    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private final VerifyOption options = new VerifyOption();

    @Option(
            names = "--table",
            paramLabel = "FILE",
            description =
                    "A table of many cases, tab-separated with a line of names: target or response_der, and if wanted trusted (or cafile),"
                            + " untrusted, crls, purpose, auth_level, options, policy_options, id, expected. The options of the command"
                            + " hold for each.")
    private @Nullable Path table;

    @Parameters(arity = "0..*", paramLabel = "TARGET", description = "PEM, DER or PKCS#12; - is stdin.")
    private List<Path> targets = new ArrayList<>();

    CertVerifyCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    public Integer call() throws UnusableFileException, IOException {
        try {
            return table == null ? verifyTargets() : verifyTable(table);
        } catch (IllegalArgumentException e) {
            throw wrongUse(String.valueOf(e.getMessage()), "see sallyport cert verify --help");
        }
    }

    private int verifyTargets() throws UnusableFileException, IOException {
        Path response = options.ocspResponse();
        if (targets.isEmpty() && response != null && !options.trustsNobody()) {
            return verifyResponse(response);
        }
        if (targets.isEmpty()) {
            throw wrongUse("there is nothing to verify", "name a certificate, or a --table");
        }
        if (options.trustsNobody()) {
            throw wrongUse("nobody is trusted", "name the trusted certificates with --ca");
        }
        Map<Path, Verdict> verdicts = new LinkedHashMap<>();
        for (Path target : targets) {
            verdicts.put(target, options.verify(chain(target)));
        }
        return answer(verdicts);
    }

    /** Of PEM only the certificates are read, so one beside a broken key is verified too. */
    private List<X509Certificate> chain(Path target) throws UnusableFileException, IOException {
        return target.equals(Path.of("-")) || FileContents.isPkcs12(target)
                ? readCertificates(target)
                : CertificateFiles.read(target);
    }

    private int verifyResponse(Path file) throws UnusableFileException {
        return answer(Map.of(file, options.verify(OcspResponse.read(file))));
    }

    private int answer(Map<Path, Verdict> verdicts) {
        if (json()) {
            List<Description> found = new ArrayList<>();
            verdicts.forEach((target, verdict) -> found.add(describe(target.toString(), verdict)));
            terminal().print(DescriptionText.json(new Description().add("verified", found)));
        } else {
            verdicts.forEach((target, verdict) ->
                    terminal().say(text(target.toString(), verdict, terminal().outPalette())));
        }
        boolean accepted = verdicts.values().stream().allMatch(Verdict.Trusted.class::isInstance);
        return accepted ? ExitStatus.DONE : ExitStatus.NO;
    }

    private int verifyTable(Path file) throws UnusableFileException, IOException {
        if (!targets.isEmpty()) {
            throw wrongUse("a target and a --table don't go together", "leave one of them out");
        }
        List<String> common = common();
        List<VerifyTable.Row> rows = VerifyTable.read(file);
        List<Description> found = new ArrayList<>();
        int asExpected = 0;
        for (VerifyTable.Row row : rows) {
            VerifyOption ofRow = optionsOf(common, row);
            Verdict verdict =
                    row.isResponse() ? ofRow.verify(OcspResponse.read(row.target())) : ofRow.verify(row.target());
            boolean accepted = verdict instanceof Verdict.Trusted;
            boolean expected = accepted != row.expected().equals("fail");
            asExpected += expected ? 1 : 0;
            found.add(describe(row.target().toString(), verdict)
                    .add("id", row.id())
                    .add("asExpected", expected));
            if (!json() && !expected) {
                terminal()
                        .say(row.id() + ": expected " + (row.expected().isEmpty() ? "ok" : row.expected()) + "; "
                                + text(
                                        row.target().toString(),
                                        verdict,
                                        terminal().outPalette()));
            }
        }
        if (json()) {
            terminal()
                    .print(DescriptionText.json(new Description()
                            .add("cases", rows.size())
                            .add("asExpected", asExpected)
                            .add("verified", found)));
        } else {
            terminal().say(asExpected + " of " + rows.size() + " as expected");
        }
        return asExpected == rows.size() ? ExitStatus.DONE : ExitStatus.NO;
    }

    /** What was typed, but for what belongs to the whole call. */
    private List<String> common() {
        List<String> common = new ArrayList<>();
        ParseResult parsed = spec().commandLine().getParseResult();
        for (CommandLine.Model.OptionSpec option : parsed.matchedOptions()) {
            String name = option.longestName();
            if (option.hidden() || OF_THE_CALL.contains(name)) {
                continue;
            }
            for (String value : option.originalStringValues()) {
                common.add(option.arity().max() == 0 ? name : name + "=" + value);
            }
        }
        return common;
    }

    private static VerifyOption optionsOf(List<String> common, VerifyTable.Row row) {
        VerifyOption options = new VerifyOption();
        CommandLine line = new CommandLine(options).setOverwrittenOptionsAllowed(true);
        TypedValues.register(line);
        List<String> words = new ArrayList<>(common);
        words.addAll(row.words());
        try {
            line.parseArgs(words.toArray(String[]::new));
            return options;
        } catch (ParameterException e) {
            throw new IllegalArgumentException(row.id() + ": " + e.getMessage(), e);
        }
    }

    private static Description describe(String target, Verdict verdict) {
        Description description = new Description().add("target", target);
        if (verdict instanceof Verdict.Trusted trusted) {
            return description
                    .add("accepted", true)
                    .add(
                            "path",
                            trusted.path().stream().map(Descriptions::subject).toList());
        }
        Verdict.Untrusted untrusted = (Verdict.Untrusted) verdict;
        Refusal refusal = untrusted.refusal();
        Alert alert = refusal.alert();
        return description
                .add("accepted", false)
                .add("refusal", refusal.code())
                .add("number", untrusted.number())
                .add("depth", untrusted.depth())
                .add("subject", untrusted.subject())
                .add("detail", untrusted.detail())
                .add("alert", alert == null ? null : alert.label())
                .add("atFault", refusal.atFault().text())
                .add("hint", VerdictHint.ofVerify(refusal));
    }

    private static String text(String target, Verdict verdict, Palette palette) {
        StringBuilder text = new StringBuilder(target);
        if (verdict instanceof Verdict.Trusted trusted) {
            text.append(": ").append(palette.good("accepted"));
            int depth = 0;
            for (X509Certificate certificate : trusted.path()) {
                text.append("\n  depth ").append(depth++).append(": ").append(Descriptions.subject(certificate));
            }
            return text.toString();
        }
        Verdict.Untrusted untrusted = (Verdict.Untrusted) verdict;
        Refusal refusal = untrusted.refusal();
        text.append(": ").append(palette.bad("refused")).append(": ").append(refusal.code());
        if (untrusted.number() != 0) {
            text.append(", OpenSSL's error ").append(untrusted.number());
        }
        return text.append("\n  depth ")
                .append(untrusted.depth())
                .append(": ")
                .append(untrusted.subject())
                .append(' ')
                .append(untrusted.detail())
                .append("\n  hint: ")
                .append(VerdictHint.ofVerify(refusal))
                .toString();
    }

    private CommandSpec spec() {
        if (spec == null) {
            throw new IllegalStateException("not made by picocli");
        }
        return spec;
    }
}
