package io.sallyport.relay;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;

/** A socket whose first bytes are read away, however late they come. */
final class SkippingSocket extends Socket {

    private final Socket socket;
    private int toSkip;

    SkippingSocket(Socket socket, int toSkip) {
        this.socket = socket;
        this.toSkip = toSkip;
    }

    @Override
    public InputStream getInputStream() throws IOException {
        InputStream in = socket.getInputStream();
        return new InputStream() {
            @Override
            public int read() throws IOException {
                skip();
                return in.read();
            }

            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                skip();
                return in.read(into, offset, length);
            }

            private void skip() throws IOException {
                in.skipNBytes(toSkip);
                toSkip = 0;
            }
        };
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
        return socket.getOutputStream();
    }

    @Override
    public void setSoTimeout(int millis) throws SocketException {
        socket.setSoTimeout(millis);
    }

    @Override
    public void setTcpNoDelay(boolean on) throws SocketException {
        socket.setTcpNoDelay(on);
    }

    @Override
    public void setSoLinger(boolean on, int seconds) throws SocketException {
        socket.setSoLinger(on, seconds);
    }

    @Override
    public void shutdownOutput() throws IOException {
        socket.shutdownOutput();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
