package io.sallyport.peer;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;

/** A connected socket whose first write carries other bytes in front, so that both travel in one segment. */
public final class PrefixedSocket extends Socket {

    private byte[] prefix;

    public PrefixedSocket(int port, byte[] prefix) throws IOException {
        this.prefix = prefix.clone();
        connect(new InetSocketAddress("127.0.0.1", port), 10_000);
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
        OutputStream out = super.getOutputStream();
        return new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                ByteArrayOutputStream all = new ByteArrayOutputStream();
                all.writeBytes(prefix);
                all.write(bytes, offset, length);
                prefix = new byte[0];
                out.write(all.toByteArray());
            }
        };
    }
}
