package io.sallyport.tls;

import io.sallyport.pki.CrlSet;
import io.sallyport.pki.Sha256;
import io.sallyport.pki.Verdict;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Chains that were found good under one context's policy. They go with the context, so that a reload which changes what decides
 * (CAs, CRLs, depth, allow lists) forgets all of them. One is forgotten sooner when {@link #LIFE} is over, or at the first date at
 * which a verdict could change: the end of any certificate or CRL that was or could have been part of it. Refusals aren't
 * remembered: they are rare, and their cause may be mended. Thread-safe.
 */
final class VerifiedChains {

    static final Duration LIFE = Duration.ofMinutes(5);
    static final int CAPACITY = 4096;

    /** Everything that differs from one handshake of a context to the next and decides: what the peer sent, and for what name. */
    record Key(ByteBuffer digest) {

        static Key of(byte[][] chain, @Nullable String expectedName) {
            MessageDigest digest = Sha256.begin();
            for (byte[] certificate : chain) {
                digest.update(length(certificate.length));
                digest.update(certificate);
            }
            // No certificate is as long as that: what follows is the name.
            digest.update(length(expectedName == null ? -2 : -1));
            if (expectedName != null) {
                digest.update(expectedName.getBytes(StandardCharsets.UTF_8));
            }
            return new Key(ByteBuffer.wrap(digest.digest()).asReadOnlyBuffer());
        }

        private static byte[] length(int length) {
            return ByteBuffer.allocate(Integer.BYTES).putInt(length).array();
        }
    }

    private record Entry(Verdict.Trusted verdict, Instant from, Instant until) {}

    private final Map<Key, Entry> entries = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Entry> eldest) {
            return size() > CAPACITY;
        }
    };

    private final List<Instant> dates;
    /** When the first CRL runs out, or the first CA that was still good. */
    private final Instant runOut;

    /**
     * @param anchors the CA certificates of the context
     * @param crls its CRLs
     */
    VerifiedChains(List<X509Certificate> anchors, CrlSet crls) {
        Instant now = Instant.now();
        this.dates = Stream.concat(ends(anchors), crls.dates()).sorted().toList();
        this.runOut = Stream.concat(ends(anchors).filter(now::isBefore), crls.nextUpdate().stream())
                .min(Instant::compareTo)
                .orElse(Instant.MAX);
    }

    private static Stream<Instant> ends(List<X509Certificate> certificates) {
        return certificates.stream()
                .map(certificate -> certificate.getNotAfter().toInstant());
    }

    /** Whether a CRL, or a CA, is no longer what it was when chains were found good: sessions of such peers may be older than this. */
    boolean haveRunOut(Instant now) {
        return now.isAfter(runOut);
    }

    synchronized Verdict.@Nullable Trusted find(Key key, Instant now) {
        Entry entry = entries.get(key);
        if (entry == null) {
            return null;
        }
        // A clock that was set back is a reason to look again, too.
        if (now.isBefore(entry.from) || now.isAfter(entry.until)) {
            entries.remove(key);
            return null;
        }
        return entry.verdict;
    }

    synchronized void add(Key key, Verdict.Trusted verdict, List<X509Certificate> sent, Instant now) {
        Instant until = Stream.of(ends(sent), ends(verdict.path()), dates.stream())
                .flatMap(all -> all)
                .filter(date -> !date.isBefore(now))
                .reduce(now.plus(LIFE), (a, b) -> a.isBefore(b) ? a : b);
        entries.put(key, new Entry(verdict, now, until));
    }
}
