package io.sallyport;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.bouncycastle.asn1.ocsp.OCSPRequest;
import org.bouncycastle.asn1.ocsp.Request;

/** An OCSP responder of the tests' own, on this machine, that answers as it is told. */
public final class OcspResponder implements AutoCloseable {

    /** What comes back for a request. */
    public interface Answer {
        void to(com.sun.net.httpserver.HttpExchange exchange, OCSPRequest request) throws IOException;
    }

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final AtomicInteger asked = new AtomicInteger();
    private volatile Answer answer = (exchange, request) -> exchange.sendResponseHeaders(500, -1);

    public OcspResponder() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            try (exchange) {
                asked.incrementAndGet();
                answer.to(
                        exchange,
                        OCSPRequest.getInstance(exchange.getRequestBody().readAllBytes()));
            }
        });
        server.start();
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/ocsp";
    }

    /** How often it was asked. */
    public int asked() {
        return asked.get();
    }

    public void answers(Answer changed) {
        answer = changed;
    }

    /** About whatever certificate of the trusted root it is asked: good, as changed. */
    public void answers(UnaryOperator<OcspSpec> change) {
        answers((exchange, request) -> {
            Request one =
                    Request.getInstance(request.getTbsRequest().getRequestList().getObjectAt(0));
            OcspSpec good = OcspSpec.good(one.getReqCert().getSerialNumber().getValue(), TestPki.trustedRoot());
            send(exchange, change.apply(good).sign());
        });
    }

    public void answers(byte[] body) {
        answers((exchange, request) -> send(exchange, body));
    }

    /** Holds each answer until the latch is open. */
    public void answersAfter(CountDownLatch latch, UnaryOperator<OcspSpec> change) {
        answers(change);
        Answer then = answer;
        answers((exchange, request) -> {
            try {
                latch.await();
            } catch (InterruptedException e) {
                return;
            }
            then.to(exchange, request);
        });
    }

    public static void send(com.sun.net.httpserver.HttpExchange exchange, byte[] body) throws IOException {
        exchange.getResponseHeaders().add("Content-Type", "application/ocsp-response");
        exchange.sendResponseHeaders(200, body.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
