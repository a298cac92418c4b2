package io.sallyport.profile;

import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Writes docs/configuration.md: the words around are in configuration.md.template, the tables come from the schema. */
final class ConfigurationDocs {

    static final Path PAGE = Path.of("docs/configuration.md");
    private static final Path TEMPLATE = Path.of("src/test/resources/configuration.md.template");
    private static final Path EXAMPLE = Path.of("config/sallyport.yaml");

    private ConfigurationDocs() {}

    static String page() throws IOException {
        return Files.readString(TEMPLATE)
                .replace("{{example}}", Files.readString(EXAMPLE).strip())
                .replace("{{profiles}}", table("sallyport.profiles.*"))
                .replace("{{listen}}", table("sallyport.relays.*.listen"))
                .replace("{{routes}}", table("sallyport.relays.*.routes"))
                .replace("{{identity}}", table("sallyport.relays.*.routes.identity"))
                .replace("{{unverified}}", table("sallyport.relays.*.unverified"))
                .replace("{{unmatched}}", table("sallyport.relays.*", List.of(RouteKeys.UNMATCHED)))
                .replace("{{accept}}", table("sallyport.relays.*.listen.proxy-protocol"))
                .replace("{{health}}", table("sallyport.relays.*.connect.health"))
                .replace("{{eject}}", table("sallyport.relays.*.connect.eject"))
                .replace("{{send}}", table("sallyport.relays.*.connect.proxy-protocol"))
                .replace("{{connect}}", table("sallyport.relays.*.connect"))
                .replace("{{timeouts}}", table("sallyport.relays.*.timeouts"))
                .replace("{{session}}", table("sallyport.profiles.*.session"))
                .replace("{{ocsp}}", table("sallyport.profiles.*.ocsp"))
                .replace("{{allow}}", table("sallyport.profiles.*.allow"))
                .replace("{{listen-allow}}", table("sallyport.relays.*.listen.allow"))
                .replace("{{limits}}", table("sallyport.relays.*.limits"))
                .replace("{{total}}", table("sallyport.limits"))
                .replace("{{drain}}", table("sallyport.drain"))
                .replace("{{reload}}", table("sallyport.reload"))
                .replace(
                        "{{admin}}",
                        table("sallyport.admin") + "\n"
                                + row("sallyport.admin", Schema.VIEW_TOKENS) + "\n"
                                + row("sallyport.admin", Schema.OPERATE_TOKENS))
                .replace("{{operators}}", table("sallyport.admin.operate.allow"));
    }

    private static String table(String section) {
        return table(
                section,
                Schema.keysUnder(section).stream()
                        .filter(key -> word(section, key).indexOf('.') < 0)
                        .toList());
    }

    private static String table(String section, List<Key<?>> keys) {
        String rows = keys.stream().map(key -> row(section, key)).collect(joining("\n"));
        return "| key | type | default | meaning | example |\n|---|---|---|---|---|\n" + rows;
    }

    private static String word(String section, Key<?> key) {
        return key.pattern().substring(section.length() + 1);
    }

    private static String row(String section, Key<?> key) {
        String word = word(section, key);
        return "| `" + word + "` | " + type(key) + " | " + standard(key) + " | " + key.meaning() + " | `" + word + ": "
                + key.example() + "` |";
    }

    private static String type(Key<?> key) {
        return key.kind().label().replaceFirst("^(a|an|the) ", "").replace("|", "\\|");
    }

    private static String standard(Key<?> key) {
        String text = key.standard();
        if (key.required()) {
            return "must be set";
        } else if (text == null) {
            return "not set";
        }
        return "`" + (key.kind().isList() ? "[" + text.replace(",", ", ") + "]" : text) + "`";
    }
}
