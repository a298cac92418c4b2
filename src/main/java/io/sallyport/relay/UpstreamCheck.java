package io.sallyport.relay;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ScheduledFuture;
import io.sallyport.profile.Address;
import io.sallyport.profile.ProxyProtocol;
import io.sallyport.protocol.DialogueHandler;
import io.sallyport.protocol.ProxyHeaderWriter;
import io.sallyport.protocol.starttls.Dialogue;
import io.sallyport.protocol.starttls.MySqlLogin;
import io.sallyport.tls.Side;
import io.sallyport.tls.Target;
import io.sallyport.tls.TlsContext;
import io.sallyport.tls.TlsFailure;
import io.sallyport.tls.TlsHandler;
import io.sallyport.tls.TlsSession;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One check of one upstream: connect, send the PROXY header that it expects, do the handshake. In TLS 1.3 our handshake is
 * done before the upstream has judged our certificate, so a check waits a little for its alert. A MySQL server's greeting is
 * read, and it hears who leaves.
 */
final class UpstreamCheck extends ChannelInboundHandlerAdapter
        implements Dialler.Listener, DialogueHandler.Listener, TlsHandler.Listener {

    private static final Duration TIME_FOR_AN_ALERT = Duration.ofMillis(200);

    private final RelayServices services;
    private final Destination destination;
    private final Address address;
    private final EventLoop loop;
    private final Duration limit;
    private final Consumer<@Nullable String> done;
    private Dialler.@Nullable Attempt attempt;
    private @Nullable Channel channel;
    private @Nullable ScheduledFuture<?> timer;
    private @Nullable MySqlLogin login;
    private boolean leaving;
    private String fault = "";
    private boolean over;

    /** @param done is told what is wrong, or null; once, on {@code loop} */
    UpstreamCheck(
            RelayServices services,
            Destination destination,
            Address address,
            EventLoop loop,
            Duration limit,
            Consumer<@Nullable String> done) {
        this.services = services;
        this.destination = destination;
        this.address = address;
        this.loop = loop;
        this.limit = limit;
        this.done = done;
    }

    void begin(ByteBufAllocator allocator) {
        after(limit, () -> end("it took longer than " + limit.toMillis() + " ms"));
        attempt = services.dialler()
                .dial(loop, allocator, List.of(address), destination.connect().source(), limit.toNanos(), this);
    }

    void cancel() {
        end("cancelled");
    }

    private void end(@Nullable String why) {
        if (over) {
            return;
        }
        over = true;
        if (timer != null) {
            timer.cancel(false);
        }
        if (attempt != null) {
            attempt.cancel();
        }
        if (channel != null) {
            bye(channel);
        }
        done.accept(why);
    }

    private void bye(Channel open) {
        TlsHandler tls = open.pipeline().get(TlsHandler.class);
        ChannelHandlerContext ours = open.pipeline().context(this);
        if (tls != null && ours != null) {
            tls.closeOutput(ours);
            open.flush();
        }
        open.close();
    }

    @Override
    public void trying(Address target) {}

    @Override
    public void attemptFailed(Address target, CloseReason reason, String detail) {
        fault = reason.code() + ": " + detail;
    }

    @Override
    public void failed(CloseReason reason) {
        attempt = null;
        end(fault);
    }

    @Override
    public void connected(Channel connected, Address target) {
        attempt = null;
        if (over) {
            connected.close();
            return;
        }
        channel = connected;
        ProxyProtocol.Send header = destination.connect().proxyProtocol();
        if (header != null) {
            byte[] local = header.version() == ProxyProtocol.Version.V1
                    ? ProxyHeaderWriter.v1(null)
                    : ProxyHeaderWriter.v2Local();
            connected.writeAndFlush(Unpooled.wrappedBuffer(local), connected.voidPromise());
        }
        login = StartTlsParts.login(services.plan().relay().listen(), destination.connect());
        if (destination.tls() == null && login == null) {
            end(null);
            return;
        }
        connected.pipeline().addLast(this);
        Dialogue dialogue = StartTlsParts.before(destination, address);
        if (dialogue != null) {
            talk(connected, dialogue);
        } else if (destination.tls() != null) {
            secure(connected);
        } else if (login != null) {
            talk(connected, login.greeting());
        }
    }

    private void talk(Channel open, Dialogue dialogue) {
        ChannelHandlerContext ours = open.pipeline().context(this);
        if (ours != null) {
            open.pipeline().addBefore(ours.name(), null, new DialogueHandler(Side.CLIENT, dialogue, this));
        }
    }

    private void secure(Channel open) {
        ChannelHandlerContext ours = open.pipeline().context(this);
        TlsContext tls = destination.tls();
        if (tls != null && ours != null) {
            Target target = UpstreamTls.target(tls, destination.connect(), address);
            open.pipeline()
                    .addBefore(
                            ours.name(), null, TlsHandler.clientWithoutSession(tls, target, services.workers(), this));
        }
    }

    @Override
    public void agreed() {
        if (over || channel == null) {
            return;
        }
        if (destination.tls() != null && channel.pipeline().get(TlsHandler.class) == null) {
            secure(channel);
        } else if (leaving || login == null) {
            end(null);
        } else {
            leave(channel, MySqlLogin.leave(false));
        }
    }

    /** The upstream is well; what it says from now on makes no difference. */
    private void leave(Channel open, Dialogue words) {
        leaving = true;
        after(limit, () -> end(null));
        talk(open, words);
    }

    /** In place of what the timer was set for before. */
    private void after(Duration delay, Runnable step) {
        if (timer != null) {
            timer.cancel(false);
        }
        timer = loop.schedule(step, delay.toNanos(), TimeUnit.NANOSECONDS);
    }

    @Override
    public void exempted() {}

    @Override
    public void established(TlsSession session, long nanos) {
        Channel open = channel;
        if (over || open == null) {
            return;
        }
        if (login == null) {
            after(TIME_FOR_AN_ALERT, () -> end(null));
        } else if (login.isServerAsked()) {
            after(TIME_FOR_AN_ALERT, () -> leave(open, MySqlLogin.leave(true)));
        } else {
            talk(open, login.greeting());
        }
    }

    @Override
    public void failed(TlsFailure failure) {
        end(leaving ? null : failure.refusal().code() + ": " + failure.detail());
    }

    @Override
    public void broken(TlsFailure failure) {
        failed(failure);
    }

    @Override
    public void keyUsedUp() {}

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ReferenceCountUtil.release(message);
        end(null); // It speaks: it has taken us.
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        end(leaving ? null : "the connection broke: " + cause.getMessage());
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        end(leaving ? null : "the connection ended in the handshake");
    }
}
