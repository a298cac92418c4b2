package io.sallyport;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.Architectures.LayeredArchitecture;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Holds the arrows between the folders: down only. */
class ArchitectureTest {

    private static final List<String> TOP_TO_BOTTOM =
            List.of("cli", "admin", "gateway", "observe", "relay", "protocol", "tls", "pki", "profile", "fault");

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.sallyport");

    @Test
    void arrowsPointDownOnly() {
        arrows().check(CLASSES);
    }

    @Test
    void everyClassIsInAKnownFolder() {
        classes()
                .should()
                .resideInAnyPackage(TOP_TO_BOTTOM.stream()
                        .map(folder -> "io.sallyport." + folder + "..")
                        .toArray(String[]::new))
                .check(CLASSES);
    }

    @Test
    void dataPathKnowsNoFramework() {
        noClasses()
                .that()
                .resideInAnyPackage(folders("relay", "protocol", "tls", "pki", "profile", "fault"))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.quarkus..", "jakarta.enterprise..", "jakarta.inject..", "picocli..", "io.micrometer..")
                .because("these folders must be usable, and testable, without a container")
                .check(CLASSES);
    }

    @Test
    void onlyProfileReadsSmallRyeConfig() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.sallyport.profile..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.smallrye.config..", "org.eclipse.microprofile.config..")
                .because("there is one loader, for run, check and reload")
                .check(CLASSES);
    }

    @Test
    void filesAndKeysKnowNoNetwork() {
        noClasses()
                .that()
                .resideInAnyPackage(folders("pki", "profile", "fault"))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.netty..", "io.vertx..")
                .because("checks and certificate commands run without an event loop")
                .check(CLASSES);
    }

    @Test
    void onlyTheTerminalPrints() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName("io.sallyport.cli.Main")
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .because("manners on the terminal are in cli.Terminal")
                .check(CLASSES);
    }

    @Test
    void onlyStopRequestTakesSignals() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName("io.sallyport.cli.StopRequest")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("sun.misc..")
                .because("two handlers for one signal replace each other silently")
                .check(CLASSES);
    }

    private static LayeredArchitecture arrows() {
        LayeredArchitecture layers = layeredArchitecture().consideringOnlyDependenciesInAnyPackage("io.sallyport..");
        for (String folder : TOP_TO_BOTTOM) {
            layers = layers.optionalLayer(folder).definedBy("io.sallyport." + folder + "..");
        }
        int last = TOP_TO_BOTTOM.size() - 1;
        for (int i = 0; i < last; i++) {
            List<String> below = TOP_TO_BOTTOM.subList(i + 1, TOP_TO_BOTTOM.size());
            layers = layers.whereLayer(TOP_TO_BOTTOM.get(i)).mayOnlyAccessLayers(below.toArray(String[]::new));
        }
        layers = layers.whereLayer(TOP_TO_BOTTOM.get(last)).mayNotAccessAnyLayer();
        return layers;
    }

    private static String[] folders(String... names) {
        return List.of(names).stream()
                .map(name -> "io.sallyport." + name + "..")
                .toArray(String[]::new);
    }
}
