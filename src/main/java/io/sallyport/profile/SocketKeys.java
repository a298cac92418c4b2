package io.sallyport.profile;

import java.net.InetAddress;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.Set;

/** The keys that say how a relay has its sockets. */
final class SocketKeys {

    static final Key<Boolean> REUSE_PORT = Schema.relay("listen.reuse-port", Kinds.BOOLEAN)
            .standard("false")
            .means(
                    "Whether other processes may listen on the same TCP port (`SO_REUSEPORT`), if they allow it too and run as"
                            + " the same user. The kernel deals connections to all of them.")
            .such("true");
    static final Key<Set<PosixFilePermission>> MODE = Schema.relay("listen.mode", Kinds.FILE_MODE)
            .standard(Binding.DEFAULT_MODE)
            .means("The mode of a unix socket's file. Who may write to it may connect.")
            .such("0660");
    static final Key<String> OWNER = Schema.relay("listen.owner", Kinds.FILE_OWNER)
            .means("The user and the group of a unix socket's file. Without it: those of this process.")
            .such("www-data:www-data");
    static final Key<InetAddress> SOURCE = Schema.relay("connect.source", Kinds.IP)
            .means(
                    "The address of this machine that connections to upstreams come from. Without it: the system chooses.")
            .such("10.0.0.4");

    static final List<Key<?>> OF_LISTEN = List.of(REUSE_PORT, MODE, OWNER);

    private SocketKeys() {}
}
