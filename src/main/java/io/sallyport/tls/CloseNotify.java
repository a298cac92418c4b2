package io.sallyport.tls;

/** Fired through the pipeline when the peer ended its stream by close_notify, behind the last of its data. */
public enum CloseNotify {
    INSTANCE
}
