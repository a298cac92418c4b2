package io.sallyport.pki;

import org.jspecify.annotations.Nullable;

/**
 * What a leaf must be for. Each that isn't null must be among its names.
 *
 * @param host a DNS name or an IP address
 * @param ip an IP address
 * @param email a mailbox
 * @param uri compared letter by letter
 */
public record ExpectedNames(
        @Nullable String host,
        @Nullable String ip,
        @Nullable String email,
        @Nullable String uri) {

    /** Any name is right. */
    public static final ExpectedNames ANY = new ExpectedNames(null, null, null, null);

    public ExpectedNames {
        if (ip != null && SubjectNames.address(ip) == null) {
            throw new IllegalArgumentException("'" + ip + "' is no IP address");
        }
    }

    /** A DNS name or an IP address; null: any is right. */
    public static ExpectedNames host(@Nullable String host) {
        return host == null ? ANY : new ExpectedNames(host, null, null, null);
    }
}
