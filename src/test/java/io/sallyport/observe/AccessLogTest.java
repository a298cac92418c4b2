package io.sallyport.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.fault.Refusal;
import io.sallyport.profile.Address;
import io.sallyport.relay.CloseReason;
import io.sallyport.tls.Identity;
import io.sallyport.tls.Side;
import io.sallyport.tls.TlsFailure;
import io.sallyport.tls.TlsSession;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AccessLogTest {

    private static final Address BROKER = new Address("broker.test", 5671);

    private final WrittenLines written = new WrittenLines();
    private final LogLines lines = new LogLines(written, 100);
    private final AccessLog log = new AccessLog(lines);

    @AfterEach
    void close() {
        lines.close();
    }

    private static TlsSession session(String subject) {
        return new TlsSession(
                "TLSv1.3", "TLS_AES_128_GCM_SHA256", true, "orders.test", "mqtt", new Identity(subject, "ab"));
    }

    @Test
    void oneLineTellsTheWholeConnection() {
        FakeConnection connection = new FakeConnection(
                7, "orders", BROKER, session("CN=client.test"), session("CN=broker.test"), 100_000, 1 << 20, "client");
        log.closed(connection, CloseReason.DONE);
        assertThat(written.await(1).get(0).text())
                .matches("connection closed id=7 client=192\\.0\\.2\\.7:40000 proxy=- relay=orders route=- profile=edge"
                        + " sni=orders\\.test version=TLSv1\\.3 cipher=TLS_AES_128_GCM_SHA256 alpn=mqtt resumed=true"
                        + " identity=\"CN=client\\.test\" upstream=broker\\.test:5671 upstream_version=TLSv1\\.3"
                        + " upstream_cipher=TLS_AES_128_GCM_SHA256 bytes_in=100000 bytes_out=1048576"
                        + " duration_ms=\\d+ closed_first=client reason=done");
    }

    @Test
    void theDocumentationHasEachKeyInOrder() throws IOException {
        FakeConnection connection = FakeConnection.numbered(1, "orders");
        log.refused(
                connection,
                "edge",
                Side.SERVER,
                new TlsFailure(Side.SERVER, Refusal.UNKNOWN_CA, 20, "CN=other", TlsFailure.Phase.VERIFY, "x.test"));
        log.closed(connection, CloseReason.CLIENT_REFUSED);
        List<String> written = keys(" (\\w+)=", this.written.await(1).get(0).text());
        String page = Files.readString(Path.of("docs/operating.md"));
        String section = page.substring(page.indexOf("### Keys of the access log"));
        assertThat(keys("(?m)^\\| `(\\w+)` \\|", section)).isEqualTo(written);
    }

    private static List<String> keys(String pattern, String text) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .map(found -> found.group(1))
                .toList();
    }

    @Test
    void aPlainConnectionHasTheSameKeys() {
        log.closed(FakeConnection.numbered(8, "plain"), CloseReason.CLIENT_GONE);
        assertThat(written.await(1).get(0).text())
                .matches(
                        "connection closed id=8 client=192\\.0\\.2\\.7:40000 proxy=- relay=plain route=- profile=- sni=- version=-"
                                + " cipher=- alpn=- resumed=- identity=- upstream=- upstream_version=- upstream_cipher=-"
                                + " bytes_in=0 bytes_out=0 duration_ms=\\d+ closed_first=- reason=client_gone");
    }

    @Test
    void aProbeThatSaysNothingIsToldOnlyToWhoAsksForIt() {
        log.closed(FakeConnection.numbered(1, "orders"), CloseReason.CLIENT_GONE);
        log.closed(FakeConnection.numbered(2, "orders").with(session("CN=client.test")), CloseReason.CLIENT_GONE);
        log.closed(FakeConnection.numbered(3, "orders"), CloseReason.CLIENT_RESET);
        assertThat(written.await(3))
                .extracting(WrittenLines.Line::level)
                .containsExactly(Logger.Level.DEBUG, Logger.Level.INFO, Logger.Level.INFO);
    }

    @Test
    void aRefusedConnectionSaysWhy() {
        FakeConnection connection = FakeConnection.numbered(9, "orders");
        TlsFailure failure = new TlsFailure(Side.SERVER, Refusal.CHAIN_TOO_LONG, "2 intermediates, depth is 1");
        log.refused(connection, "edge", Side.SERVER, failure);
        log.closed(connection, CloseReason.CLIENT_REFUSED);
        assertThat(written.await(1).get(0).text())
                .endsWith(
                        "reason=client_refused refusal=chain_too_long refusal_side=server refusal_phase=handshake openssl=22"
                                + " openssl_name=X509_V_ERR_CERT_CHAIN_TOO_LONG detail=\"2 intermediates, depth is 1\"");
    }

    @Test
    void aConnectionWithoutUpstreamSaysWhatTheLastOneAnswered() {
        FakeConnection connection = FakeConnection.numbered(10, "orders");
        log.dialFailed(connection, BROKER, CloseReason.CONNECT_REFUSED, "Connection refused");
        log.closed(connection, CloseReason.CONNECT_REFUSED);
        assertThat(written.await(1).get(0).text())
                .endsWith("reason=connect_refused detail=\"broker.test:5671: Connection refused\"");
    }

    @Test
    void aSubjectCannotForgeALine() {
        log.closed(
                FakeConnection.numbered(11, "orders").with(session("CN=x\" reason=done\nconnection closed id=12")),
                CloseReason.DONE);
        String text = written.await(1).get(0).text();
        assertThat(text).doesNotContain("\n").contains("identity=\"CN=x\\\" reason=done\\nconnection closed id=12\"");
    }
}
