package io.sallyport.protocol;

import io.netty.util.NetUtil;
import java.io.ByteArrayOutputStream;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Writes PROXY headers (HAProxy's proxy-protocol.txt). */
public final class ProxyHeaderWriter {

    /**
     * What version 2 says of the client's TLS connection. What is null is left out.
     *
     * @param serverName the SNI
     * @param commonName of the verified certificate
     * @param verified whether the client proved who it is with a certificate that was verified
     * @param resumed whether it did so in an earlier connection, whose session this one resumes
     * @param certificate the client's, DER
     */
    public record Tls(
            String version,
            String cipher,
            @Nullable String serverName,
            @Nullable String alpn,
            @Nullable String commonName,
            boolean verified,
            boolean resumed,
            byte @Nullable [] certificate) {}

    private static final int TYPE_ALPN = 0x01;
    private static final int TYPE_AUTHORITY = 0x02;
    private static final int TYPE_SSL = 0x20;
    private static final int SUBTYPE_VERSION = 0x21;
    private static final int SUBTYPE_CN = 0x22;
    private static final int SUBTYPE_CIPHER = 0x23;
    private static final int SUBTYPE_CLIENT_CERT = 0x28;
    private static final int CLIENT_SSL = 0x01;
    private static final int CLIENT_CERT_CONN = 0x02;
    private static final int CLIENT_CERT_SESS = 0x04;

    private ProxyHeaderWriter() {}

    /** @param endpoints those of the client, or null where they aren't TCP's */
    public static byte[] v1(@Nullable Endpoints endpoints) {
        if (endpoints == null) {
            return "PROXY UNKNOWN\r\n".getBytes(StandardCharsets.US_ASCII);
        }
        boolean ipv4 = endpoints.isIpv4();
        String line = "PROXY " + (ipv4 ? "TCP4 " : "TCP6 ")
                + text(endpoints.client(), ipv4) + " "
                + text(endpoints.listener(), ipv4) + " "
                + endpoints.client().getPort() + " "
                + endpoints.listener().getPort() + "\r\n";
        return line.getBytes(StandardCharsets.US_ASCII);
    }

    private static String text(InetSocketAddress address, boolean ipv4) {
        InetAddress ip = address.getAddress();
        return ipv4 || !(ip instanceof Inet4Address)
                ? NetUtil.toAddressString(ip)
                : "::ffff:" + NetUtil.toAddressString(ip);
    }

    /** For a connection that is our own, such as a health check. */
    public static byte[] v2Local() {
        return v2(ProxyHeader.COMMAND_LOCAL, 0, new ByteArrayOutputStream());
    }

    /**
     * @param endpoints those of the client, or null where they aren't TCP's
     * @param tls what to say of its TLS connection, or null for nothing
     */
    public static byte[] v2(@Nullable Endpoints endpoints, @Nullable Tls tls) {
        ByteArrayOutputStream body = new ByteArrayOutputStream(256);
        int family = endpoints == null ? 0 : addresses(body, endpoints);
        if (tls != null) {
            tlvs(body, tls);
        }
        return v2(ProxyHeader.COMMAND_PROXY, family, body);
    }

    private static byte[] v2(int command, int family, ByteArrayOutputStream body) {
        ByteArrayOutputStream header = new ByteArrayOutputStream(ProxyHeader.V2_PREFIX + body.size());
        header.writeBytes(ProxyHeader.SIGNATURE);
        header.write(command);
        header.write(family);
        number16(header, body.size());
        header.writeBytes(body.toByteArray());
        return header.toByteArray();
    }

    private static int addresses(ByteArrayOutputStream out, Endpoints endpoints) {
        boolean ipv4 = endpoints.isIpv4();
        out.writeBytes(bytes(endpoints.client(), ipv4));
        out.writeBytes(bytes(endpoints.listener(), ipv4));
        number16(out, endpoints.client().getPort());
        number16(out, endpoints.listener().getPort());
        return ipv4 ? ProxyHeader.IPV4_STREAM : ProxyHeader.IPV6_STREAM;
    }

    /** An IPv4 address beside an IPv6 one is mapped: both have one family. */
    private static byte[] bytes(InetSocketAddress address, boolean ipv4) {
        byte[] bytes = address.getAddress().getAddress();
        if (ipv4 || bytes.length == 16) {
            return bytes;
        }
        byte[] mapped = new byte[16];
        mapped[10] = (byte) 0xff;
        mapped[11] = (byte) 0xff;
        System.arraycopy(bytes, 0, mapped, 12, bytes.length);
        return mapped;
    }

    private static void tlvs(ByteArrayOutputStream out, Tls tls) {
        tlv(out, TYPE_ALPN, tls.alpn());
        tlv(out, TYPE_AUTHORITY, tls.serverName());
        ByteArrayOutputStream ssl = new ByteArrayOutputStream(128);
        ssl.write(clientBits(tls));
        // Zero says that a certificate was presented and verified; without one there is nothing that was.
        ssl.writeBytes(new byte[] {0, 0, 0, (byte) (tls.verified() ? 0 : 1)});
        tlv(ssl, SUBTYPE_VERSION, tls.version());
        tlv(ssl, SUBTYPE_CIPHER, tls.cipher());
        tlv(ssl, SUBTYPE_CN, tls.commonName());
        byte[] certificate = tls.certificate();
        if (certificate != null && out.size() + ssl.size() + certificate.length + 32 < ProxyHeader.MAX_LENGTH) {
            tlv(ssl, SUBTYPE_CLIENT_CERT, certificate);
        }
        tlv(out, TYPE_SSL, ssl.toByteArray());
    }

    private static int clientBits(Tls tls) {
        if (!tls.verified()) {
            return CLIENT_SSL;
        }
        return CLIENT_SSL | CLIENT_CERT_SESS | (tls.resumed() ? 0 : CLIENT_CERT_CONN);
    }

    private static void tlv(ByteArrayOutputStream out, int type, @Nullable String value) {
        if (value != null) {
            tlv(out, type, value.getBytes(StandardCharsets.UTF_8));
        }
    }

    private static void tlv(ByteArrayOutputStream out, int type, byte[] value) {
        out.write(type);
        number16(out, value.length);
        out.writeBytes(value);
    }

    private static void number16(ByteArrayOutputStream out, int number) {
        out.write(number >>> 8);
        out.write(number);
    }
}
