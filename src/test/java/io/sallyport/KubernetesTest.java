package io.sallyport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sallyport.profile.Configuration;
import io.sallyport.profile.ConfigurationLoader;
import io.sallyport.profile.Relay;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The manifests agree with each other and with the product. */
class KubernetesTest {

    private static final Path BASE = Path.of("kubernetes", "base");
    private static final Set<String> HEALTH = Set.of("/q/health/started", "/q/health/live", "/q/health/ready");

    private static Map<String, Object> manifest(String name) throws IOException {
        try (InputStream in = Files.newInputStream(BASE.resolve(name))) {
            return new Yaml(new SafeConstructor(new LoaderOptions())).load(in);
        }
    }

    /** Follows a path of keys and list indices. */
    private static Object at(Object root, Object... path) {
        Object here = root;
        for (Object step : path) {
            here = step instanceof Integer index ? ((List<?>) here).get(index) : ((Map<?, ?>) here).get(step);
            assertThat(here).as("%s of %s", step, List.of(path)).isNotNull();
        }
        return here;
    }

    private static Object container() throws IOException {
        return at(manifest("deployment.yaml"), "spec", "template", "spec", "containers", 0);
    }

    private static Configuration configuration() throws Exception {
        return new ConfigurationLoader(BASE.resolve("sallyport.yaml"), Map.of(), Map.of())
                .load()
                .configuration();
    }

    @Test
    void theKustomizationNamesWhatIsThere() throws IOException {
        Map<String, Object> kustomization = manifest("kustomization.yaml");
        List<Object> named = new ArrayList<>((List<?>) at(kustomization, "resources"));
        named.addAll((List<?>) at(kustomization, "configMapGenerator", 0, "files"));
        assertThat(named)
                .containsExactlyInAnyOrder("deployment.yaml", "service.yaml", "networkpolicy.yaml", "sallyport.yaml");
        assertThat(named)
                .allSatisfy(file -> assertThat(BASE.resolve((String) file)).exists());
    }

    @Test
    void theContainerListensWhereTheConfigurationSays() throws Exception {
        List<Integer> listening = configuration().relays().values().stream()
                .map(Relay::listen)
                .map(listen -> listen.address().port())
                .toList();
        Object port = at(container(), "ports", 0);
        assertThat(listening).containsExactly((Integer) at(port, "containerPort"));

        Object ofService = at(manifest("service.yaml"), "spec", "ports", 0);
        assertThat(at(ofService, "targetPort")).isEqualTo(at(port, "name"));
        assertThat(at(ofService, "port")).isEqualTo(at(port, "containerPort"));
        assertThat(at(manifest("networkpolicy.yaml"), "spec", "ingress", 0, "ports", 0, "port"))
                .isEqualTo(at(port, "name"));
    }

    @Test
    void theProbesAskTheAdminSide() throws Exception {
        String admin = "http://" + configuration().admin().address();
        List<String> asked = new ArrayList<>();
        for (String probe : List.of("startupProbe", "livenessProbe", "readinessProbe")) {
            List<?> command = (List<?>) at(container(), probe, "exec", "command");
            asked.add((String) command.get(command.size() - 1));
        }
        assertThat(asked)
                .containsExactlyInAnyOrderElementsOf(
                        HEALTH.stream().map(path -> admin + path).toList());
        assertThat(Files.readString(Path.of("docs/operating.md"))).contains(HEALTH);
    }

    @Test
    void theFilesAreMountedWhereTheConfigurationLooks() throws Exception {
        List<?> arguments = (List<?>) at(container(), "args");
        List<?> mounts = (List<?>) at(container(), "volumeMounts");
        assertThat(mounts)
                .extracting(mount -> at(mount, "mountPath"))
                .contains(arguments.get(arguments.size() - 1), "/etc/sallyport/certs", "/tmp");
        assertThat(configuration().profile("edge").own())
                .extracting(own -> own.cert().startsWith("/etc/sallyport/certs"))
                .isEqualTo(true);
        assertThat(arguments.subList(0, 2)).isEqualTo(List.of("run", "--config"));
    }

    @Test
    void thePodMayDoLittle() throws IOException {
        Object pod = at(manifest("deployment.yaml"), "spec", "template", "spec");
        assertThat(at(pod, "securityContext", "runAsNonRoot")).isEqualTo(true);
        assertThat(at(pod, "automountServiceAccountToken")).isEqualTo(false);
        Object context = at(container(), "securityContext");
        assertThat(at(context, "readOnlyRootFilesystem")).isEqualTo(true);
        assertThat(at(context, "allowPrivilegeEscalation")).isEqualTo(false);
        assertThat(at(context, "capabilities", "drop")).isEqualTo(List.of("ALL"));
        assertThat(at(container(), "resources", "limits", "memory")).isNotNull();
    }

    @Test
    void kustomizeTakesIt() throws IOException, InterruptedException {
        Path kubectl = Path.of("/usr/bin/kubectl");
        assumeTrue(Files.isExecutable(kubectl), kubectl + " is not installed");
        Process kustomize = new ProcessBuilder(kubectl.toString(), "kustomize", BASE.toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(kustomize.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(kustomize.waitFor()).as(output).isZero();
        // The hash in its name is in the Deployment too.
        assertThat(output).containsPattern("(?s)name: (sallyport-config-\\w+)\n.*configMap:\n +name: \\1\n");
    }
}
