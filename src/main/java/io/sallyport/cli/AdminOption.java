package io.sallyport.cli;

import io.sallyport.fault.MistakesException;
import io.sallyport.gateway.TokenFile;
import io.sallyport.pki.FileContents;
import io.sallyport.pki.UnusableFileException;
import io.sallyport.profile.Address;
import io.sallyport.profile.Configuration;
import io.sallyport.profile.Profile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Which running gateway a command asks, and with what it shows who it is. */
final class AdminOption {

    private static final String TLS = "https://";

    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec command;

    @Option(
            names = "--admin",
            paramLabel = "HOST:PORT",
            description = "Where the gateway's admin side listens; https://HOST:PORT where it speaks TLS."
                    + " Default: admin.address of the configuration.")
    private @Nullable String where;

    @Option(names = "--token-file", paramLabel = "FILE", description = "Show the first bearer token of this file.")
    private @Nullable Path tokenFile;

    @Option(
            names = "--ca",
            paramLabel = "FILE",
            description =
                    "With --admin: TLS, with a certificate of a CA in this file. Default: of one that Java trusts.")
    private @Nullable Path ca;

    /**
     * The one to ask.
     *
     * @param config asked where no address was given
     */
    AdminClient client(ConfigOption config, Terminal terminal)
            throws MistakesException, UnusableFileException, CommandFailure, GeneralSecurityException, IOException {
        String token = tokenFile == null ? null : token(tokenFile);
        if (where == null) {
            Configuration configuration = config.load().configuration();
            return client(reachable(configuration.admin().address()), trust(configuration), token, terminal);
        }
        boolean isTls = where.toLowerCase(Locale.ROOT).startsWith(TLS);
        Address address = parsed(isTls ? where.substring(TLS.length()) : where);
        return client(address, trust(isTls), token, terminal);
    }

    private static AdminClient client(Address address, AdminTrust trust, @Nullable String token, Terminal terminal) {
        if (token != null && trust.tls() == null && !address.isLoopback()) {
            terminal.note(terminal.errPalette().doubtful("warning:") + " the token goes to " + address
                    + " without TLS: whoever is on the way can read it");
        }
        return new AdminClient(trust, address.toString(), token);
    }

    private Address parsed(String text) {
        try {
            Address address = Address.parse(text);
            if (address.port() == 0) {
                throw new IllegalArgumentException("has port 0");
            }
            return address;
        } catch (IllegalArgumentException e) {
            throw wrongUse("--admin '" + text + "' " + e.getMessage(), "such as --admin 127.0.0.1:9000");
        }
    }

    private Address reachable(Address configured) {
        if (configured.port() == 0) {
            throw wrongUse(
                    "admin.address of the configuration has port 0: the system chose one",
                    "the gateway's log says which: ready … admin=; name it with --admin HOST:PORT");
        }
        if (!configured.isWildcard()) {
            return configured;
        }
        return new Address(configured.host().contains(":") ? "::1" : "127.0.0.1", configured.port());
    }

    private AdminTrust trust(boolean isTls) throws UnusableFileException, GeneralSecurityException, IOException {
        if (ca != null) {
            return AdminTrust.of(
                    FileContents.read(ca, FileContents.Passphrases.NONE).needCertificates());
        }
        return isTls ? AdminTrust.byDefault() : AdminTrust.PLAIN;
    }

    private AdminTrust trust(Configuration configuration) throws UnusableFileException, GeneralSecurityException {
        String profile = configuration.admin().profile();
        Profile.OwnCertificate shown =
                profile == null ? null : configuration.profile(profile).own();
        if (shown == null) {
            return AdminTrust.PLAIN;
        }
        return AdminTrust.of(FileContents.read(shown.cert(), FileContents.Passphrases.NONE)
                .needCertificates()
                .get(0));
    }

    private static String token(Path file) throws CommandFailure {
        try {
            List<String> tokens = TokenFile.tokens(file);
            if (!tokens.isEmpty() && TokenFile.isToken(tokens.get(0))) {
                return tokens.get(0);
            }
            throw new CommandFailure(file + " holds no bearer token", "one token on a line of its own");
        } catch (IOException e) {
            throw new CommandFailure(
                    "the token file " + file + (Files.exists(file) ? " can't be read as text" : " doesn't exist"),
                    null);
        }
    }

    private WrongUse wrongUse(String message, String hint) {
        if (command == null) {
            throw new IllegalStateException("not made by picocli");
        }
        return new WrongUse(command.commandLine(), message, hint);
    }
}
