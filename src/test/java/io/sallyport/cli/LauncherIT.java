package io.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.TestPki;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The launcher {@code ./sallyport}, in a project of its own whose {@code mvn} is a script of the test. */
class LauncherIT {

    private static final Path PROJECT = Path.of("").toAbsolutePath();

    private Path project;
    private Path bin;

    @BeforeEach
    void prepare() throws IOException {
        project = Files.createDirectory(TestPki.temporaryDirectory("launcher").resolve("a project"));
        bin = Files.createDirectory(project.resolveSibling("bin"));
        executable(project.resolve("sallyport"), Files.readString(PROJECT.resolve("sallyport")));
    }

    private static void executable(Path file, String text) throws IOException {
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    }

    private void mvnThatDoes(String script) throws IOException {
        executable(bin.resolve("mvn"), "#!/bin/sh\necho \"mvn $*\" >> '" + bin + "/calls'\n" + script);
    }

    /** What Maven would have built. */
    private void build() throws IOException {
        Files.createDirectories(project.resolve("target"));
        Files.createSymbolicLink(project.resolve("target/quarkus-app"), PROJECT.resolve("target/quarkus-app"));
    }

    private Program.Ended launch(Path directory, Path launcher, Map<String, String> environment, String... arguments)
            throws IOException, InterruptedException {
        Map<String, String> all = new HashMap<>(environment);
        all.putIfAbsent("PATH", bin + ":/usr/bin:/bin");
        all.putIfAbsent("JAVA_HOME", System.getProperty("java.home"));
        all.putIfAbsent("JAVA_OPTS", "-XX:TieredStopAtLevel=1");
        List<String> command = new ArrayList<>(List.of(launcher.toString()));
        command.addAll(List.of(arguments));
        try (Program program = Program.start(directory, all, command)) {
            return program.awaitEnd();
        }
    }

    @Test
    void relativePathsStartAtTheWorkingDirectory() throws Exception {
        build();
        Path elsewhere = TestConfiguration.tlsToPlain(5671);
        assertThat(launch(elsewhere, project.resolve("sallyport"), Map.of(), "check"))
                .isEqualTo(new Program.Ended(0, "config/sallyport.yaml: good\n", ""));
    }

    @Test
    void itMayBeCalledThroughLinks() throws Exception {
        build();
        Path first = Files.createSymbolicLink(bin.resolve("first"), Path.of("../a project/sallyport"));
        Path second = Files.createSymbolicLink(project.resolveSibling("second link"), first);
        assertThat(launch(PROJECT, second, Map.of(), "--version").out()).startsWith("sallyport ");
    }

    @Test
    void optionsOfTheJvmArePassedOnAndWin() throws Exception {
        build();
        Program.Ended shown = launch(
                PROJECT,
                project.resolve("sallyport"),
                Map.of("JAVA_OPTS", "-XX:+UseParallelGC -XX:+PrintCommandLineFlags"),
                "--version");
        assertThat(shown.out()).contains("-XX:+UseParallelGC").doesNotContain("UseSerialGC");
    }

    @Test
    void aHeapOfAnySizeMayBeAskedFor() throws Exception {
        build();
        Program.Ended small =
                launch(PROJECT, project.resolve("sallyport"), Map.of("JAVA_OPTS", "-Xmx40m"), "--version");
        assertThat(small.status()).as(small.err()).isZero();
    }

    @Test
    void itBuildsOnceWhereNothingIsBuilt() throws Exception {
        mvnThatDoes("echo 'maven speaks'\nmkdir -p target && ln -s '" + PROJECT
                + "/target/quarkus-app' target/quarkus-app\n");

        Program.Ended first = launch(PROJECT, project.resolve("sallyport"), Map.of(), "--version");
        assertThat(first.status()).as(first.err()).isZero();
        // Answers stand alone on stdout; what the build says is on stderr.
        assertThat(first.out()).startsWith("sallyport ");
        assertThat(first.err()).startsWith("sallyport: building once").contains("maven speaks");

        Program.Ended second = launch(PROJECT, project.resolve("sallyport"), Map.of(), "--version");
        assertThat(second.err()).isEmpty();
        assertThat(second.out()).isEqualTo(first.out());
        assertThat(Files.readAllLines(bin.resolve("calls"))).hasSize(1);
    }

    /** Maven has stored them where it packaged what this runs. */
    @Test
    void classesAreStoredForQuickStarts() throws Exception {
        String loaded = launch(
                        PROJECT,
                        PROJECT.resolve("sallyport"),
                        Map.of("JAVA_OPTS", "-Xlog:class+load:stdout"),
                        "--version")
                .out();
        assertThat(loaded).containsPattern("io\\.sallyport\\.cli\\.Main source: shared objects file");
    }

    @Test
    void whatCannotStoreClassesSaysSo() throws Exception {
        build();
        Path broken = project.resolveSibling("broken-jdk");
        Files.createDirectories(broken.resolve("bin"));
        executable(broken.resolve("bin/java"), "#!/bin/sh\nexit 1\n");
        Files.writeString(broken.resolve("release"), "JAVA_VERSION=\"17.0.99\"\n");
        Program.Ended failed =
                launch(PROJECT, project.resolve("sallyport"), Map.of("JAVA_HOME", broken.toString()), "store-classes");
        assertThat(failed)
                .isEqualTo(
                        new Program.Ended(
                                2,
                                "",
                                "error: the JVM stored no classes in " + project.resolve("target/sallyport-17.0.99.jsa")
                                        + "\n"
                                        + "hint: starts take a little longer without; see what ./sallyport demo --once says\n"));
    }

    @Test
    void aBuildThatFailsIsSaid() throws Exception {
        mvnThatDoes("echo 'no such artifact'\nexit 1\n");
        Program.Ended failed = launch(PROJECT, project.resolve("sallyport"), Map.of(), "--version");
        assertThat(failed.status()).isEqualTo(2);
        assertThat(failed.out()).isEmpty();
        assertThat(failed.err()).contains("no such artifact\nerror: the build failed\nhint: ");
    }

    @Test
    void withoutJavaItSaysWhatIsNeeded() throws Exception {
        Program.Ended none =
                launch(PROJECT, project.resolve("sallyport"), Map.of("JAVA_HOME", "/nowhere"), "--version");
        assertThat(none)
                .isEqualTo(new Program.Ended(
                        2,
                        "",
                        "error: JAVA_HOME is /nowhere, and has no bin/java\n"
                                + "hint: set JAVA_HOME to a JDK 17 or newer\n"));
    }

    @Test
    void anOldJavaIsNamed() throws Exception {
        Path old = project.resolveSibling("jdk-11");
        Files.createDirectories(old.resolve("bin"));
        executable(old.resolve("bin/java"), "#!/bin/sh\n");
        Files.writeString(old.resolve("release"), "JAVA_VERSION=\"11.0.2\"\n");
        Program.Ended refused =
                launch(PROJECT, project.resolve("sallyport"), Map.of("JAVA_HOME", old.toString()), "--version");
        assertThat(refused.status()).isEqualTo(2);
        assertThat(refused.err()).startsWith("error: " + old + "/bin/java is Java 11.0.2\nhint: install a JDK 17");
    }

    @Test
    void withoutMavenItSaysWhatIsNeeded() throws Exception {
        for (String tool : List.of("sh", "dirname", "readlink", "sed", "head")) {
            Files.createSymbolicLink(bin.resolve(tool), Path.of("/usr/bin").resolve(tool));
        }
        Program.Ended refused =
                launch(PROJECT, project.resolve("sallyport"), Map.of("PATH", bin.toString()), "--version");
        assertThat(refused.status()).isEqualTo(2);
        assertThat(refused.err()).startsWith("error: nothing is built yet, and there is no mvn in PATH\nhint: ");
    }
}
