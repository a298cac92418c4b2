package io.sallyport.profile;

import java.time.Duration;
import java.util.List;
import java.util.Set;

/** Who says by a PROXY header where a client comes from: a proxy before us to us, or we to the upstream. */
public final class ProxyProtocol {

    private ProxyProtocol() {}

    /** As it is written on the wire: a line of text, or binary. */
    public enum Version {
        V1,
        V2;

        public int number() {
            return ordinal() + 1;
        }
    }

    /**
     * The listening side.
     *
     * @param versions that are read, at least one
     * @param from the networks of the proxies: whoever comes from one must send a header, from others none is read. On a unix
     *     socket everybody must, and it is empty
     * @param deadline from accept until the header is there
     */
    public record Accept(Set<Version> versions, List<Network> from, Duration deadline) {

        public Accept {
            versions = Set.copyOf(versions);
            from = List.copyOf(from);
            if (versions.isEmpty()) {
                throw new IllegalArgumentException("at least one version is needed");
            }
        }
    }

    /** How much of the client's TLS connection the upstream is told. */
    public enum Detail {
        /** Only the addresses. */
        NONE,
        /** Version, cipher, SNI, ALPN, common name, and whether the certificate was verified. */
        TLS,
        /** The client's whole certificate too. */
        CERTIFICATE
    }

    /** The connecting side. Version 1 has no room for any {@link Detail}. */
    public record Send(Version version, Detail detail) {

        public Send {
            if (version == Version.V1 && detail != Detail.NONE) {
                throw new IllegalArgumentException("PROXY v1 has addresses only");
            }
        }
    }
}
