package io.sallyport.relay;

import io.sallyport.profile.Binding;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;

/** Has a path for its unix socket, taken as a relay takes it; {@link #main} does so in a process of its own. */
final class UnixSocketRival implements Closeable {

    private final ServerSocketChannel socket;
    private final UnixSocketFile file;

    private UnixSocketRival(ServerSocketChannel socket, UnixSocketFile file) {
        this.socket = socket;
        this.file = file;
    }

    /**
     * @param when of {@link System#nanoTime}, which is the same clock in all processes of a machine
     * @throws IOException where it can't be had
     */
    static UnixSocketRival take(Path path, long when) throws IOException {
        ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            UnixSocketFile file = UnixSocketFile.claim(path, Binding.DEFAULT);
            socket.bind(UnixDomainSocketAddress.of(file.draft()));
            while (System.nanoTime() < when) {
                Thread.onSpinWait();
            }
            file.publish();
            return new UnixSocketRival(socket, file);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    @Override
    public void close() throws IOException {
        file.remove();
        socket.close();
    }

    /**
     * For each line {@code take INSTANT} it says what came of it, for {@code hold} that it has the lock. The line after that
     * has it let go.
     *
     * @param arguments the path
     */
    public static void main(String[] arguments) throws IOException {
        Path path = Path.of(arguments[0]);
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
        System.out.println("ready");
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            try (Closeable taken =
                    line.equals("hold") ? PathLock.take(path) : take(path, Long.parseLong(line.substring(5)))) {
                System.out.println("has it");
                in.readLine();
            } catch (IOException e) {
                System.out.println(e.getMessage());
                in.readLine();
            }
            System.out.println("let go");
        }
    }
}
