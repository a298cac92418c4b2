package io.sallyport.peer;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;

/** Plain TCP. */
public final class PlainPeer extends Peer {

    private final Socket socket;
    private Seen seen = Seen.FIN;

    public PlainPeer(Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(30_000);
        socket.setTcpNoDelay(true);
    }

    public static PlainPeer connect(int port) throws IOException {
        return connect(port, 0);
    }

    /** @param receiveBuffer small makes a slow reader felt at once; 0: the system's */
    public static PlainPeer connect(int port, int receiveBuffer) throws IOException {
        Socket socket = new Socket();
        if (receiveBuffer > 0) {
            socket.setReceiveBufferSize(receiveBuffer);
        }
        socket.connect(new InetSocketAddress("127.0.0.1", port), 10_000);
        return new PlainPeer(socket);
    }

    /** For what follows on it. */
    public Socket socket() {
        return socket;
    }

    @Override
    public void write(byte[] data, int length) throws IOException {
        socket.getOutputStream().write(data, 0, length);
    }

    @Override
    public int read(byte[] into) throws IOException {
        try {
            return socket.getInputStream().read(into);
        } catch (SocketException e) {
            seen = Seen.RESET;
            return -1;
        }
    }

    @Override
    public Seen seen() {
        return seen;
    }

    @Override
    public void end() throws IOException {
        fin();
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

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            // It is closed all the same.
        }
    }
}
