package io.sallyport.peer;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/** Java's own TLS on a blocking socket, by an engine: it can half-close, cut and reset, which an {@code SSLSocket} can't. */
public final class TlsPeer extends Peer {

    private final Socket socket;
    private final SSLEngine engine;
    private ByteBuffer sealedIn;
    private ByteBuffer plainIn;
    private ByteBuffer sealedOut;
    private Seen seen = Seen.CLOSE_NOTIFY;

    private TlsPeer(Socket socket, SSLEngine engine) throws IOException {
        this.socket = socket;
        this.engine = engine;
        socket.setSoTimeout(30_000);
        socket.setTcpNoDelay(true);
        int packet = engine.getSession().getPacketBufferSize();
        sealedIn = ByteBuffer.allocate(packet * 2).flip();
        sealedOut = ByteBuffer.allocate(packet * 2);
        plainIn = ByteBuffer.allocate(engine.getSession().getApplicationBufferSize() * 2)
                .flip();
    }

    /** Connects and does the handshake. */
    public static TlsPeer connect(int port, SSLContext tls, String version, @Nullable String serverName)
            throws IOException {
        return connect(port, tls, version, serverName, 0);
    }

    /** @param receiveBuffer small makes a slow reader felt at once; 0: the system's */
    public static TlsPeer connect(
            int port, SSLContext tls, String version, @Nullable String serverName, int receiveBuffer)
            throws IOException {
        Socket socket = new Socket();
        if (receiveBuffer > 0) {
            socket.setReceiveBufferSize(receiveBuffer);
        }
        socket.connect(new InetSocketAddress("127.0.0.1", port), 10_000);
        return connect(socket, tls, version, serverName);
    }

    /** Does the handshake on a socket that is connected, and on which something may have been said before. */
    public static TlsPeer connect(Socket socket, SSLContext tls, String version, @Nullable String serverName)
            throws IOException {
        SSLEngine engine = tls.createSSLEngine();
        engine.setUseClientMode(true);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setProtocols(new String[] {version});
        if (serverName != null) {
            parameters.setServerNames(List.of(new SNIHostName(serverName)));
        }
        engine.setSSLParameters(parameters);
        return started(socket, engine);
    }

    /** Does the handshake on an accepted socket. */
    public static TlsPeer accept(Socket socket, SSLContext tls, String version, boolean needClientCertificate)
            throws IOException {
        SSLEngine engine = tls.createSSLEngine();
        engine.setUseClientMode(false);
        engine.setNeedClientAuth(needClientCertificate);
        engine.setEnabledProtocols(new String[] {version});
        return started(socket, engine);
    }

    private static TlsPeer started(Socket socket, SSLEngine engine) throws IOException {
        TlsPeer peer = new TlsPeer(socket, engine);
        try {
            engine.beginHandshake();
            peer.handshake();
            return peer;
        } catch (IOException | RuntimeException e) {
            peer.flushQuietly();
            socket.close();
            throw e;
        }
    }

    private void handshake() throws IOException {
        while (true) {
            HandshakeStatus status = engine.getHandshakeStatus();
            switch (status) {
                case NEED_TASK -> {
                    Runnable task = engine.getDelegatedTask();
                    while (task != null) {
                        task.run();
                        task = engine.getDelegatedTask();
                    }
                }
                case NEED_WRAP -> wrap(ByteBuffer.allocate(0));
                case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
                    if (unwrap() < 0) {
                        throw new SSLException("ended by " + seen + " in the handshake");
                    }
                }
                default -> {
                    return;
                }
            }
        }
    }

    public String version() {
        return engine.getSession().getProtocol();
    }

    public SSLEngine engine() {
        return engine;
    }

    @Override
    public void write(byte[] data, int length) throws IOException {
        ByteBuffer plain = ByteBuffer.wrap(data, 0, length);
        while (plain.hasRemaining()) {
            wrap(plain);
        }
    }

    private void wrap(ByteBuffer plain) throws IOException {
        sealedOut.clear();
        SSLEngineResult result = engine.wrap(plain, sealedOut);
        socket.getOutputStream().write(sealedOut.array(), 0, sealedOut.position());
        if (result.getStatus() == SSLEngineResult.Status.BUFFER_OVERFLOW) {
            throw new IOException("sealed buffer too small");
        }
    }

    @Override
    public int read(byte[] into) throws IOException {
        while (!plainIn.hasRemaining()) {
            int result = unwrap();
            if (result < 0) {
                return -1;
            }
            handshake(); // Tickets and KeyUpdates.
        }
        int length = Math.min(into.length, plainIn.remaining());
        plainIn.get(into, 0, length);
        return length;
    }

    /** One record; -1 at the end. */
    private int unwrap() throws IOException {
        while (true) {
            plainIn.compact();
            SSLEngineResult result;
            try {
                result = engine.unwrap(sealedIn, plainIn);
            } finally {
                plainIn.flip();
            }
            switch (result.getStatus()) {
                case OK -> {
                    return result.bytesProduced();
                }
                case CLOSED -> {
                    seen = Seen.CLOSE_NOTIFY;
                    return -1;
                }
                case BUFFER_UNDERFLOW -> {
                    if (!fill()) {
                        return -1;
                    }
                }
                default -> throw new IOException("unexpected " + result);
            }
        }
    }

    private boolean fill() throws IOException {
        sealedIn.compact();
        int read;
        try {
            read = socket.getInputStream().read(sealedIn.array(), sealedIn.position(), sealedIn.remaining());
        } catch (SocketException e) {
            seen = Seen.RESET;
            sealedIn.flip();
            return false;
        }
        if (read < 0) {
            seen = Seen.FIN;
            sealedIn.flip();
            return false;
        }
        sealedIn.position(sealedIn.position() + read);
        sealedIn.flip();
        return true;
    }

    @Override
    public Seen seen() {
        return seen;
    }

    @Override
    public void end() throws IOException {
        closeNotify();
        fin();
    }

    /** close_notify without FIN. */
    public void closeNotify() throws IOException {
        engine.closeOutbound();
        wrap(ByteBuffer.allocate(0));
    }

    @Override
    public void fin() throws IOException {
        socket.shutdownOutput();
    }

    @Override
    public void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    private void flushQuietly() {
        try {
            wrap(ByteBuffer.allocate(0));
        } catch (IOException e) {
            // There is nobody to tell.
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            // It is closed all the same.
        }
    }
}
