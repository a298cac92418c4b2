package io.sallyport.protocol;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.sallyport.fault.Alert;

/** Looks at the ClientHello at the front of a channel, and says what it wants. Its bytes go on like all others. */
public final class ClientHelloHandler extends FrontHandler {

    /** What came. One of them is called, once, unless the peer left without a byte. */
    public interface Listener {

        /** The ClientHello is there. Handlers that are added now, behind this one, see every byte of the client. */
        void hello(ClientHello hello);

        /** What comes isn't TLS. Handlers that are added now see every byte of it. */
        void notTls();

        /** It is TLS, but not in order. Nothing goes on from here any more. */
        void badHello(Alert alert, String detail);

        /** The peer ended its stream in the ClientHello. Nothing goes on from here any more. */
        void helloCut();
    }

    private final Listener listener;
    private final ClientHelloReader reader = new ClientHelloReader();

    public ClientHelloHandler(Listener listener) {
        this.listener = listener;
    }

    @Override
    void look(ChannelHandlerContext ctx, ByteBuf all) {
        ClientHelloReader.Reading reading = reader.read(all);
        if (reading instanceof ClientHelloReader.Reading.Complete complete) {
            pass(ctx, 0, () -> listener.hello(complete.hello()));
        } else if (reading instanceof ClientHelloReader.Reading.NotTls) {
            pass(ctx, 0, listener::notTls);
        } else if (reading instanceof ClientHelloReader.Reading.Malformed malformed) {
            fail();
            listener.badHello(malformed.alert(), malformed.detail());
        }
    }

    @Override
    void cut() {
        listener.helloCut();
    }
}
