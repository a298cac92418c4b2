package io.sallyport.cli;

import io.sallyport.pki.KeyType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** What kind of key is made. */
final class KeyTypeOption {

    private static final Map<String, KeyType> TYPES = new LinkedHashMap<>();

    static {
        TYPES.put("p256", KeyType.EC_P256);
        TYPES.put("p384", KeyType.EC_P384);
        TYPES.put("p521", KeyType.EC_P521);
        TYPES.put("ed25519", KeyType.ED25519);
        TYPES.put("rsa2048", KeyType.RSA_2048);
        TYPES.put("rsa3072", KeyType.RSA_3072);
        TYPES.put("rsa4096", KeyType.RSA_4096);
    }

    @Option(
            names = "--key-type",
            paramLabel = "TYPE",
            converter = Converter.class,
            completionCandidates = Words.class,
            description = "Of a new key: p256 (the default), p384, p521, ed25519, rsa2048, rsa3072 or rsa4096.")
    private @Nullable KeyType type;

    KeyType type() {
        return type == null ? KeyType.EC_P256 : type;
    }

    boolean isGiven() {
        return type != null;
    }

    /** For shells. */
    static final class Words extends ArrayList<String> {

        private static final long serialVersionUID = 1L;

        Words() {
            super(TYPES.keySet());
        }
    }

    /** Reads the words above. */
    static final class Converter implements ITypeConverter<KeyType> {

        @Override
        public KeyType convert(String text) {
            KeyType type = TYPES.get(text.toLowerCase(Locale.ROOT).replace("-", ""));
            if (type == null) {
                throw new TypeConversionException("'" + text + "' is not one of " + String.join(", ", TYPES.keySet()));
            }
            return type;
        }
    }
}
