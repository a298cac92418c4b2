package io.sallyport.tls;

import io.netty.internal.tcnative.SSL;
import io.netty.internal.tcnative.SSLContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/**
 * OpenSSL's cipher string, as BoringSSL reads it. BoringSSL drops a word that it doesn't know without a sound, and
 * fails only when nothing is left: so each word is tried alone.
 */
public final class CipherString {

    private static final Pattern SEPARATOR = Pattern.compile("[:,; ]+");

    private CipherString() {}

    /** What is wrong with {@code ciphers}, a sentence for each word; empty where all is well. */
    static List<String> faults(String ciphers) throws Exception {
        List<String> faults = new ArrayList<>();
        for (String word : SEPARATOR.split(ciphers.strip())) {
            if (word.startsWith("TLS_")) {
                faults.add("'" + word + "' is a TLS 1.3 suite; BoringSSL chooses those itself, leave it out");
            } else if (word.startsWith("@SECLEVEL")) {
                faults.add("'" + word + "' is OpenSSL's alone; leave it out");
            } else if (isSelection(word) && !yieldsACipher(word)) {
                faults.add("'" + word + "' matches no cipher of BoringSSL");
            }
        }
        return faults;
    }

    /** What starts with {@code ! - +} only takes away or moves, and {@code @STRENGTH} sorts: naming an unknown there does no harm. */
    private static boolean isSelection(String word) {
        return !word.isEmpty() && "!-+@".indexOf(word.charAt(0)) < 0;
    }

    private static boolean yieldsACipher(String word) throws Exception {
        long scratch = SSLContext.make(SSL.SSL_PROTOCOL_TLSV1_2, SSL.SSL_MODE_SERVER);
        try {
            return set(scratch, word);
        } finally {
            SSLContext.free(scratch);
        }
    }

    /** {@code SSL_CTX_set_cipher_list}; false where no cipher is left. */
    static boolean set(long context, String ciphers) {
        try {
            SSL.clearError();
            return SSLContext.setCipherSuite(context, ciphers, false);
        } catch (Exception e) {
            return false;
        } finally {
            SSL.clearError();
        }
    }

    /**
     * Whether a server with a key of this type can agree on one of the ciphers in TLS 1.2. True too for a string that
     * isn't valid: that is another mistake.
     *
     * @param keyType {@code RSA}, or one of those that ECDSA's ciphers are for
     */
    public static boolean suits(String ciphers, String keyType) {
        try {
            return names(ciphers).stream().anyMatch(name -> name.contains("ECDSA") != keyType.equals("RSA"));
        } catch (Exception e) {
            return true;
        }
    }

    /**
     * What a profile's string comes to.
     *
     * @return OpenSSL's names of the ciphers for TLS 1.2, most wanted first
     * @throws IllegalArgumentException if none is left
     */
    public static List<String> resolve(String ciphers) {
        try {
            return names(ciphers);
        } catch (Exception e) {
            throw new IllegalArgumentException("'" + ciphers + "' leaves no cipher", e);
        }
    }

    private static List<String> names(String ciphers) throws Exception {
        long scratch = SSLContext.make(SSL.SSL_PROTOCOL_TLSV1_2, SSL.SSL_MODE_SERVER);
        long ssl = 0;
        try {
            if (!set(scratch, ciphers)) {
                throw new IllegalArgumentException(ciphers);
            }
            ssl = SSL.newSSL(scratch, true);
            return Arrays.stream(SSL.getCiphers(ssl))
                    // Those of TLS 1.3 are always there, and nobody here has a pre-shared key for those of RFC 4279.
                    .filter(name -> !name.startsWith("TLS_") && !name.contains("-PSK-"))
                    .toList();
        } finally {
            if (ssl != 0) {
                SSL.freeSSL(ssl);
            }
            SSLContext.free(scratch);
        }
    }
}
