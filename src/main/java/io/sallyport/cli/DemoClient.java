package io.sallyport.cli;

import io.sallyport.pki.Credential;
import io.sallyport.profile.Address;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * A client that sends random bytes, ends its stream, and reads until the end of the answer. Its TLS is the JDK's: another
 * implementation than the gateway's, so that the two prove each other.
 */
final class DemoClient {

    private static final int TIMEOUT_MILLIS = 20_000;
    private static final int CHUNK = 64 * 1024;

    /** What it sent and what came back, and how it was carried. */
    record Exchange(
            Digest.Sum sent, Digest.Sum returned, @Nullable String cipher) {}

    private final X509Certificate ca;

    DemoClient(X509Certificate ca) {
        this.ca = ca;
    }

    /** Over plain TCP. */
    Exchange plain(Address address, int bytes) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address.host(), address.port()), TIMEOUT_MILLIS);
            return exchange(socket, bytes, null);
        }
    }

    /**
     * Over TLS.
     *
     * @param own the certificate to show, or null for none
     * @throws javax.net.ssl.SSLException if it is turned down
     */
    Exchange tls(Address address, String version, @Nullable Credential own, int bytes)
            throws IOException, GeneralSecurityException {
        try (SSLSocket socket = (SSLSocket) context(own).getSocketFactory().createSocket()) {
            socket.connect(new InetSocketAddress(address.host(), address.port()), TIMEOUT_MILLIS);
            socket.setSoTimeout(TIMEOUT_MILLIS);
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setProtocols(new String[] {version});
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            return exchange(socket, bytes, socket.getSession().getCipherSuite());
        }
    }

    private SSLContext context(@Nullable Credential own) throws GeneralSecurityException, IOException {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("ca", ca);
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);

        KeyStore keys = KeyStore.getInstance("PKCS12");
        keys.load(null, null);
        if (own != null) {
            keys.setKeyEntry("own", own.key(), new char[0], own.chain().toArray(Certificate[]::new));
        }
        KeyManagerFactory identity = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        identity.init(keys, new char[0]);

        SSLContext context = SSLContext.getInstance("TLS");
        context.init(identity.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    private static Exchange exchange(Socket socket, int bytes, @Nullable String cipher) throws IOException {
        socket.setSoTimeout(TIMEOUT_MILLIS);
        CompletableFuture<Digest.Sum> returned = new CompletableFuture<>();
        Thread reader = new Thread(() -> read(socket, returned), "demo-client-reader");
        reader.setDaemon(true);
        reader.start();
        try {
            Digest.Sum sent = send(socket, bytes);
            return new Exchange(sent, returned.get(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS), cipher);
        } catch (IOException e) {
            // What was read says more than that writing failed: a fatal alert stands there.
            throw readFailure(returned, e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException failure ? failure : new IOException(e.getCause());
        } catch (TimeoutException e) {
            throw new IOException("no end of the answer within " + TIMEOUT_MILLIS / 1000 + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private static IOException readFailure(CompletableFuture<Digest.Sum> returned, IOException writeFailure) {
        try {
            returned.get(1, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException failure) {
                return failure;
            }
        } catch (TimeoutException e) {
            return writeFailure;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return writeFailure;
    }

    private static Digest.Sum send(Socket socket, int bytes) throws IOException {
        Random random = new Random();
        Digest digest = new Digest();
        byte[] chunk = new byte[CHUNK];
        OutputStream out = socket.getOutputStream();
        for (int left = bytes; left > 0; left -= chunk.length) {
            if (left < chunk.length) {
                chunk = new byte[left];
            }
            random.nextBytes(chunk);
            digest.add(chunk);
            out.write(chunk);
        }
        out.flush();
        socket.shutdownOutput();
        return digest.sum();
    }

    private static void read(Socket socket, CompletableFuture<Digest.Sum> returned) {
        try {
            Digest digest = new Digest();
            byte[] chunk = new byte[CHUNK];
            InputStream in = socket.getInputStream();
            for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
                digest.add(chunk, n);
            }
            returned.complete(digest.sum());
        } catch (IOException e) {
            returned.completeExceptionally(e);
        }
    }
}
