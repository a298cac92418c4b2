package io.sallyport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.ResourceLeakDetectorFactory;
import org.junit.jupiter.api.Test;

class LeakWatchTest {

    @Test
    void nettyAsksTheWatch() {
        assertThat(ResourceLeakDetectorFactory.instance().getClass().getEnclosingClass())
                .isEqualTo(LeakWatch.class);
    }
}
