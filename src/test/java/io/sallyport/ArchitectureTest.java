package io.sallyport;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.Architectures.LayeredArchitecture;
import java.util.List;

/** Holds the arrows between the folders: down only. */
@AnalyzeClasses(packages = "io.sallyport", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    private static final List<String> TOP_TO_BOTTOM =
            List.of("cli", "admin", "gateway", "observe", "relay", "protocol", "tls", "pki", "profile", "fault");

    @ArchTest
    static final ArchRule arrowsPointDownOnly = arrows();

    @ArchTest
    static final ArchRule everyClassIsInAKnownFolder = classes()
            .should()
            .resideInAnyPackage(TOP_TO_BOTTOM.stream()
                    .map(folder -> "io.sallyport." + folder + "..")
                    .toArray(String[]::new));

    @ArchTest
    static final ArchRule dataPathKnowsNoFramework = noClasses()
            .that()
            .resideInAnyPackage(folders("relay", "protocol", "tls", "pki", "profile", "fault"))
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.quarkus..", "jakarta.enterprise..", "jakarta.inject..", "picocli..", "io.micrometer..")
            .because("these folders must be usable, and testable, without a container");

    @ArchTest
    static final ArchRule onlyProfileReadsSmallRyeConfig = noClasses()
            .that()
            .resideOutsideOfPackage("io.sallyport.profile..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.smallrye.config..", "org.eclipse.microprofile.config..")
            .because("there is one loader, for run, check and reload");

    @ArchTest
    static final ArchRule filesAndKeysKnowNoNetwork = noClasses()
            .that()
            .resideInAnyPackage(folders("pki", "profile", "fault"))
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.netty..", "io.vertx..")
            .because("checks and certificate commands run without an event loop");

    @ArchTest
    static final ArchRule onlyTheTerminalPrints = noClasses()
            .that()
            .doNotHaveFullyQualifiedName("io.sallyport.cli.Main")
            .should()
            .accessField(System.class, "out")
            .orShould()
            .accessField(System.class, "err")
            .because("manners on the terminal are in cli.Terminal");

    @ArchTest
    static final ArchRule onlyStopRequestTakesSignals = noClasses()
            .that()
            .doNotHaveFullyQualifiedName("io.sallyport.cli.StopRequest")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("sun.misc..")
            .because("two handlers for one signal replace each other silently");

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
