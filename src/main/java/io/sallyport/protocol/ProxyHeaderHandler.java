package io.sallyport.protocol;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.sallyport.profile.ProxyProtocol.Version;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Takes the PROXY header from the front of a channel, and says what it was. */
public final class ProxyHeaderHandler extends FrontHandler {

    /** What came. One of the two is called, once, unless the peer left without a byte. */
    public interface Listener {

        /**
         * The header is there. Handlers that are added now, behind this one, see every byte of the client.
         *
         * @param endpoints those of the client; null where the sender speaks for itself
         */
        void proxied(@Nullable Endpoints endpoints);

        /** There is no header, or a bad one. Nothing goes on from here any more. */
        void unproxied(String detail);
    }

    private final Set<Version> accepted;
    private final Listener listener;

    public ProxyHeaderHandler(Set<Version> accepted, Listener listener) {
        this.accepted = accepted;
        this.listener = listener;
    }

    @Override
    void look(ChannelHandlerContext ctx, ByteBuf all) {
        ProxyHeader.Reading reading = ProxyHeader.read(all, accepted);
        if (reading instanceof ProxyHeader.Reading.Complete header) {
            pass(ctx, header.length(), () -> listener.proxied(header.endpoints()));
        } else if (reading instanceof ProxyHeader.Reading.Malformed malformed) {
            fail();
            listener.unproxied(malformed.detail());
        }
    }

    @Override
    void cut() {
        listener.unproxied("the connection ended within the PROXY header");
    }
}
