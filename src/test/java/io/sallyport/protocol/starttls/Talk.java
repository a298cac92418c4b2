package io.sallyport.protocol.starttls;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.sallyport.protocol.DialogueHandler;
import io.sallyport.tls.Side;
import io.sallyport.tls.TlsFailure;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A dialogue on a channel without a network: what it said, what it came to, and what went on from there. */
final class Talk implements DialogueHandler.Listener {

    final StringBuilder said = new StringBuilder();
    final StringBuilder passedOn = new StringBuilder();
    String outcome = "";

    @Nullable
    TlsFailure failure;

    private final EmbeddedChannel channel;

    Talk(Side side, Dialogue dialogue) {
        channel = new EmbeddedChannel(new DialogueHandler(side, dialogue, this));
        collect();
    }

    Talk hears(String text) {
        return hears(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    Talk hears(byte[] bytes) {
        channel.writeInbound(Unpooled.copiedBuffer(bytes));
        collect();
        return this;
    }

    Talk hearsBytewise(String text) {
        for (char c : text.toCharArray()) {
            hears(String.valueOf(c));
        }
        return this;
    }

    Talk hearsTheEnd() {
        channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        return this;
    }

    /** What was said since the last call. */
    String answer() {
        String text = said.toString();
        said.setLength(0);
        return text;
    }

    /** Ends it; whatever is still held must have been given back, or the leak detector says so. */
    void end() {
        channel.finishAndReleaseAll();
    }

    private void collect() {
        take(said, true);
        take(passedOn, false);
    }

    private void take(StringBuilder into, boolean outbound) {
        ByteBuf some = outbound ? channel.readOutbound() : channel.readInbound();
        while (some != null) {
            into.append(some.toString(StandardCharsets.ISO_8859_1));
            some.release();
            some = outbound ? channel.readOutbound() : channel.readInbound();
        }
    }

    private void comesTo(String what) {
        outcome = outcome.isEmpty() ? what : outcome + " and " + what;
    }

    @Override
    public void agreed() {
        comesTo("agreed");
    }

    @Override
    public void exempted() {
        comesTo("exempted");
    }

    @Override
    public void failed(TlsFailure why) {
        failure = why;
        comesTo(why.refusal().code());
    }
}
