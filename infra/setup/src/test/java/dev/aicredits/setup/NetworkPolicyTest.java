package dev.aicredits.setup;

import static dev.aicredits.setup.Manifests.BASE;
import static dev.aicredits.setup.Manifests.NAME_LABEL;
import static dev.aicredits.setup.Manifests.SETUP;
import static dev.aicredits.setup.Manifests.folder;
import static dev.aicredits.setup.Manifests.labels;
import static dev.aicredits.setup.Manifests.settings;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aicredits.pages.PagesSettings;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyEgressRule;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyIngressRule;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeer;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPort;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicySpec;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Who of a cluster may talk to whom, by the policies of {@code infra/kubernetes}. */
class NetworkPolicyTest {
    private static final String NAMESPACE_LABEL = "kubernetes.io/metadata.name";

    @TempDir
    private Path scratch;

    @Test
    void whoIsNotNamedTalksToNobody() {
        NetworkPolicySpec deny =
                SETUP.named(NetworkPolicy.class, "default-deny").getSpec();
        assertThat(deny.getPodSelector().getMatchLabels()).isEmpty();
        assertThat(deny.getPolicyTypes()).containsExactlyInAnyOrder("Ingress", "Egress");
        assertThat(deny.getIngress()).isEmpty();
        assertThat(deny.getEgress()).isEmpty();
        assertThat(SETUP.named(NetworkPolicy.class, "dns").getSpec().getEgress())
                .singleElement()
                .satisfies(rule -> assertThat(ports(rule.getPorts())).containsExactly(53, 53));
        assertThat(List.of(
                        BASE.kustomization().namespace(), SETUP.kustomization().namespace()))
                .containsOnly(SETUP.all(Namespace.class).get(0).getMetadata().getName());
    }

    @ParameterizedTest
    @EnumSource(DeployedService.class)
    void theNetworkTakesItWhereItHasToGoAndNowhereElse(DeployedService service) {
        NetworkPolicySpec policy = folder(service)
                .named(NetworkPolicy.class, service.serviceName())
                .getSpec();
        assertThat(policy.getPodSelector().getMatchLabels()).isEqualTo(labels(service));
        assertThat(policy.getPolicyTypes()).containsExactlyInAnyOrder("Ingress", "Egress");
        Map<String, Integer> wanted = new HashMap<>();
        try (MountedSettings settings = settings(service, scratch)) {
            for (URI server : List.of(settings.database(), settings.broker())) {
                wanted.put("namespace " + namespace(server.getHost()), server.getPort());
            }
            if (settings.asksIdentityProvider() || service == DeployedService.CHECKOUT_SYNC_WORKER) {
                wanted.put("outside", 443);
            }
            if (service == DeployedService.BILLING_API) {
                URI checkout = URI.create(settings.bean(PagesSettings.class).checkoutUrl());
                Service called = BASE.named(Service.class, checkout.getHost());
                assertThat(called.getSpec().getPorts().get(0).getPort()).isEqualTo(checkout.getPort());
                wanted.put("pod " + checkout.getHost(), checkout.getPort());
            }
            Map<String, Integer> allowed = new HashMap<>();
            for (NetworkPolicyEgressRule rule : policy.getEgress()) {
                assertThat(rule.getTo()).hasSize(1);
                assertThat(rule.getPorts()).hasSize(1);
                allowed.put(peer(rule.getTo().get(0)), ports(rule.getPorts()).get(0));
            }
            assertThat(allowed).isEqualTo(wanted);
            for (NetworkPolicyIngressRule rule : policy.getIngress()) {
                assertThat(ports(rule.getPorts())).containsExactly(settings.port());
            }
        }
        Set<String> callers = policy.getIngress().stream()
                .flatMap(rule -> rule.getFrom().stream())
                .map(NetworkPolicyTest::peer)
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(callers)
                .isEqualTo(
                        switch (service) {
                            case SETUP -> Set.of();
                            case USAGE_CONSUMER, BUDGET_ENFORCER -> Set.of("namespace monitoring");
                            case CHECKOUT_SYNC_WORKER ->
                                Set.of("namespace monitoring", "namespace ingress", "pod billing-api");
                            case BILLING_API -> Set.of("namespace monitoring", "namespace ingress");
                        });
    }

    /** Of a service's name within the cluster: SERVICE.NAMESPACE.svc. */
    private static String namespace(String host) {
        assertThat(host).matches("[^.]+\\.[^.]+\\.svc");
        return host.substring(host.indexOf('.') + 1, host.lastIndexOf('.'));
    }

    private static List<Integer> ports(List<NetworkPolicyPort> ports) {
        return ports.stream().map(port -> port.getPort().getIntVal()).toList();
    }

    /** Who it is, in a word; one that is nobody in particular is an error. */
    private static String peer(NetworkPolicyPeer peer) {
        if (peer.getIpBlock() != null) {
            assertThat(peer.getIpBlock().getExcept()).contains("10.0.0.0/8", "169.254.0.0/16");
            return "outside";
        }
        return peer.getNamespaceSelector() != null
                ? "namespace " + peer.getNamespaceSelector().getMatchLabels().get(NAMESPACE_LABEL)
                : "pod " + peer.getPodSelector().getMatchLabels().get(NAME_LABEL);
    }
}
