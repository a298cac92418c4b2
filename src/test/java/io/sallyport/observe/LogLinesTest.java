package io.sallyport.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.Test;

class LogLinesTest {

    private final WrittenLines written = new WrittenLines();

    @Test
    void writesInOrderAndOnAThreadOfItsOwn() {
        try (LogLines lines = new LogLines(written, 100)) {
            for (int i = 0; i < 50; i++) {
                String text = "line " + i;
                lines.add(
                        "test",
                        Logger.Level.INFO,
                        () -> text + " by " + Thread.currentThread().getName());
            }
            assertThat(written.await(50))
                    .extracting(WrittenLines.Line::text)
                    .containsExactlyElementsOf(LongStream.range(0, 50)
                            .mapToObj(i -> "line " + i + " by sallyport-log")
                            .toList());
        }
    }

    @Test
    void whatDoesNotFitIsCountedAndSaid() throws InterruptedException {
        CountDownLatch stuck = new CountDownLatch(1);
        CountDownLatch freed = new CountDownLatch(1);
        LogLines.Sink slow = new LogLines.Sink() {
            @Override
            public boolean wants(String category, Logger.Level level) {
                return true;
            }

            @Override
            public void write(String category, Logger.Level level, String text) {
                stuck.countDown();
                try {
                    freed.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                written.write(category, level, text);
            }
        };
        try (LogLines lines = new LogLines(slow, 10)) {
            lines.add("test", Logger.Level.INFO, () -> "holds the writer");
            assertThat(stuck.await(10, TimeUnit.SECONDS)).isTrue();
            for (int i = 0; i < 30; i++) {
                lines.add("test", Logger.Level.INFO, () -> "waits");
            }
            freed.countDown();
            assertThat(written.await(12).get(11).text()).isEqualTo("log lines left out, the log is too slow count=20");
        }
    }

    @Test
    void closingWritesWhatWaits() {
        LogLines lines = new LogLines(written, 100);
        lines.add("test", Logger.Level.INFO, () -> "last words");
        lines.close();
        assertThat(written.now()).extracting(WrittenLines.Line::text).containsExactly("last words");
    }

    @Test
    void aLineThatCannotBeMadeDoesNotKeepTheNextOnesAway() {
        try (LogLines lines = new LogLines(written, 100)) {
            lines.add("test", Logger.Level.INFO, () -> {
                throw new IllegalStateException("broken");
            });
            lines.add("test", Logger.Level.INFO, () -> "next");
            assertThat(written.await(2).get(1).text()).isEqualTo("next");
        }
    }
}
