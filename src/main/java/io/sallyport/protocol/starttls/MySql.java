package io.sallyport.protocol.starttls;

import io.netty.buffer.ByteBuf;
import io.sallyport.fault.Refusal;

/**
 * MySQL's SSLRequest (its documentation, "Connection Phase"), as a client that comes for TLS alone: the server greets, the
 * client asks, and both begin TLS without another word. One that is to log in behind it is {@link MySqlLogin}'s.
 */
final class MySql extends MySqlDialogue {

    MySql() {
        super(Behind.NOTHING);
    }

    @Override
    public Step next(ByteBuf in) {
        return MySqlGreeting.take(
                in, greeting -> greeting.isTlsOffered() ? new Step.Done(MySqlPacket.sslRequest()) : tlsRefused());
    }

    static Step tlsRefused() {
        return Dialogue.failed(Refusal.STARTTLS_REFUSED, "the server doesn't offer TLS");
    }
}
