package io.sallyport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetectorFactory;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/**
 * What holds for every test. Keeps what Netty's leak detector finds, so that a test can fail of it: by itself it only logs. Installed before the
 * first test, since Netty makes its detectors when its buffers are loaded.
 */
public final class LeakWatch implements LauncherSessionListener {

    private static final List<String> LEAKS = new CopyOnWriteArrayList<>();

    @Override
    public void launcherSessionOpened(LauncherSession session) {
        // It waits 100 ms before it first looks, otherwise, and thousands of tests await something that takes one.
        Awaitility.setDefaultPollDelay(Duration.ZERO);
        Awaitility.setDefaultPollInterval(Duration.ofMillis(10));
        ResourceLeakDetectorFactory.setResourceLeakDetectorFactory(new ResourceLeakDetectorFactory() {
            @Override
            public <T> ResourceLeakDetector<T> newResourceLeakDetector(
                    Class<T> resource, int samplingInterval, long maxActive) {
                return detector(resource, samplingInterval);
            }

            @Override
            public <T> ResourceLeakDetector<T> newResourceLeakDetector(Class<T> resource, int samplingInterval) {
                return detector(resource, samplingInterval);
            }
        });
    }

    private static <T> ResourceLeakDetector<T> detector(Class<T> resource, int samplingInterval) {
        return new ResourceLeakDetector<>(resource, samplingInterval) {
            @Override
            protected void reportTracedLeak(String resourceType, String records) {
                LEAKS.add(resourceType + ": " + records);
                super.reportTracedLeak(resourceType, records);
            }

            @Override
            protected void reportUntracedLeak(String resourceType) {
                LEAKS.add(resourceType);
                super.reportUntracedLeak(resourceType);
            }
        };
    }

    /** Fails if a buffer was dropped without being released, as far as the collector has found out. */
    public static void assertNothingLeaked() {
        System.gc();
        // The detector looks at what was collected when the next buffer is made.
        for (int i = 0; i < 100; i++) {
            io.netty.buffer.Unpooled.directBuffer(1).release();
        }
        assertThat(LEAKS).as("buffers that leaked").isEmpty();
    }
}
