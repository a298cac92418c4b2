package io.sallyport.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TicketKeyDirectoryTest {

    private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");

    @TempDir
    Path temporary;

    private Path place;
    private TicketKeyDirectory directory;

    @BeforeEach
    void open() {
        place = temporary.resolve("tickets");
        directory = new TicketKeyDirectory(place);
    }

    private TicketKey key(String name) throws IOException {
        return TicketKey.of(Files.readAllBytes(place.resolve(name)));
    }

    @Test
    void theFirstKeyIsPrivateAndSeals() throws IOException {
        assertThat(directory.create(NOW).names()).containsExactly("20260301T100000.000Z.key");
        Path file = place.resolve("20260301T100000.000Z.key");
        assertThat(Files.size(file)).isEqualTo(48);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(place)))
                .isEqualTo("rwx------");
        assertThat(directory.at(NOW)).containsExactly(key("20260301T100000.000Z.key"));
    }

    /** So no replica meets a ticket of a key that it doesn't have yet. */
    @Test
    void aNewKeyOpensForOneRotationThenSealsThenOpensAgain() throws IOException {
        directory.create(NOW);
        directory.rotate(NOW.plus(Duration.ofHours(1)), 1);
        TicketKey first = key("20260301T100000.000Z.key");
        TicketKey second = key("20260301T110000.000Z.key");
        assertThat(directory.at(NOW)).containsExactly(first, second);

        assertThat(directory.rotate(NOW.plus(Duration.ofHours(2)), 1).sealing()).isEqualTo("20260301T110000.000Z.key");
        TicketKey third = key("20260301T120000.000Z.key");
        assertThat(directory.at(NOW)).containsExactly(second, third, first);

        directory.rotate(NOW.plus(Duration.ofHours(3)), 1);
        TicketKey fourth = key("20260301T130000.000Z.key");
        assertThat(directory.at(NOW)).containsExactly(third, fourth, second);
        assertThat(place.resolve("20260301T100000.000Z.key")).doesNotExist();

        directory.rotate(NOW.plus(Duration.ofHours(4)), 0);
        assertThat(directory.at(NOW)).hasSize(2).startsWith(fourth);
    }

    @Test
    void whatKubernetesPutsThereIsNoKey() throws IOException {
        directory.create(NOW);
        Files.createDirectory(place.resolve("..2026_03_01_10_00_00.1"));
        Files.createSymbolicLink(place.resolve("..data"), place.resolve("..2026_03_01_10_00_00.1"));
        Files.writeString(place.resolve(".hidden"), "x");
        assertThat(directory.at(NOW)).hasSize(1);
    }

    @Test
    void whatIsWrongNamesTheFile() throws IOException {
        assertThatIOException().isThrownBy(() -> directory.at(NOW)).withMessage(place + " is not there");
        Files.createDirectory(place);
        assertThatIOException().isThrownBy(() -> directory.at(NOW)).withMessage(place + " has no ticket key in it");
        Path key = Files.write(place.resolve("a"), new byte[47]);
        assertThatIOException()
                .isThrownBy(() -> directory.at(NOW))
                .withMessage(key + " has 47 bytes; a ticket key has 48");
        assertThatIOException().isThrownBy(() -> directory.rotate(NOW, 1)).withMessageContaining("47 bytes");
        Files.write(key, new byte[48]);
        Files.write(place.resolve("b"), new byte[48]);
        assertThatIOException()
                .isThrownBy(() -> directory.at(NOW))
                .withMessageContaining("begins with the same 16 bytes");
        assertThatIOException()
                .isThrownBy(() -> new TicketKeyDirectory(key).at(NOW))
                .withMessage(key + " is not a directory");
    }

    @Test
    void aDirectoryWithKeysIsNotMadeAnew() throws IOException {
        directory.create(NOW);
        assertThatIOException()
                .isThrownBy(() -> directory.create(NOW.plusSeconds(1)))
                .withMessageStartingWith(place + " isn't empty: ");
    }

    @Test
    void aNameThatWouldStayTheNewestForEverIsRefused() throws IOException {
        Files.createDirectory(place);
        Files.write(place.resolve("zz.key"), new byte[48]);
        assertThatIOException()
                .isThrownBy(() -> directory.rotate(NOW, 1))
                .withMessageContaining("must be that of their age");
        assertThat(directory.at(NOW)).hasSize(1);
    }

    @Test
    void madeUpKeysOpenAsLongAsTheirTicketsLive() {
        MadeUpTicketKeys madeUp = MadeUpTicketKeys.of("made-up-for-this-test");
        Duration rotate = Duration.ofHours(1);
        Duration lifetime = Duration.ofMinutes(5);
        List<TicketKey> first = madeUp.at(NOW, rotate, lifetime);
        assertThat(first).hasSize(1);
        assertThat(madeUp.at(NOW.plus(Duration.ofMinutes(59)), rotate, lifetime))
                .isEqualTo(first);
        List<TicketKey> second = madeUp.at(NOW.plus(Duration.ofMinutes(60)), rotate, lifetime);
        assertThat(second).hasSize(2).endsWith(first.get(0));
        assertThat(madeUp.at(NOW.plus(Duration.ofMinutes(64)), rotate, lifetime))
                .isEqualTo(second);
        assertThat(madeUp.at(NOW.plus(Duration.ofMinutes(65)), rotate, lifetime))
                .containsExactly(second.get(0));
    }

    @Test
    void noSecretIsPrinted() {
        assertThat(TicketKey.random()).hasToString("ticket key");
    }
}
