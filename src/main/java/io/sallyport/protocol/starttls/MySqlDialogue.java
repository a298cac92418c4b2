package io.sallyport.protocol.starttls;

/** A dialogue of packets, in which we listen first. */
abstract class MySqlDialogue implements Dialogue {

    private final Behind behind;

    MySqlDialogue(Behind behind) {
        this.behind = behind;
    }

    @Override
    public final Behind behind() {
        return behind;
    }

    @Override
    public Step begin() {
        return Dialogue.goOn();
    }
}
