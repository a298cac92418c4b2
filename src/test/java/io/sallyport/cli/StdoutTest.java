package io.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class StdoutTest {

    private static Stdout failing(String why) {
        return new Stdout(new OutputStream() {
            @Override
            public void write(int one) throws IOException {
                throw new IOException(why);
            }
        });
    }

    @Test
    void whatCannotBeWrittenIsKnownAfterwards() {
        Stdout full = failing("No space left on device");
        assertThat(full.fault()).isNull();
        full.printed().println("an answer");
        assertThat(full.fault()).isEqualTo("No space left on device");
    }

    @Test
    void whoHasReadEnoughIsNoFault() {
        Stdout closed = failing("Broken pipe");
        closed.printed().println("an answer");
        assertThat(closed.fault()).isNull();
    }

    @Test
    void allElseIsWrittenAndTreesStayTrees() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Stdout stdout = new Stdout(out);
        stdout.printed().print("└─ CN=a.test\n");
        assertThat(stdout.fault()).isNull();
        assertThat(out.toString(StandardCharsets.UTF_8)).endsWith(" CN=a.test\n");
    }
}
