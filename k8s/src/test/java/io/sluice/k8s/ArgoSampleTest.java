package io.sluice.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * The Application for Argo CD, for which there is no schema here: its fields stand in this test.
 */
class ArgoSampleTest {

  @Test
  void syncsAnOverlayWithoutReplacingAnything() throws Exception {
    ObjectNode application = Manifests.file("samples/argocd-application.yaml");
    List<String> options = new ArrayList<>();
    application.at("/spec/syncPolicy/syncOptions").forEach(each -> options.add(each.asText()));
    assertThat(options).containsExactlyInAnyOrder("ServerSideApply=true", "PruneLast=true");
    String path = application.at("/spec/source/path").asText();
    assertThat(Files.exists(Manifests.REPOSITORY.resolve(path).resolve("kustomization.yaml")))
        .isTrue();
    assertThat(application.at("/spec/destination/namespace").asText()).isEqualTo("sluice-prod");
    assertThat(
            Manifests.file("base/market-risk.yaml")
                .at("/metadata/annotations")
                .get("argocd.argoproj.io/sync-options")
                .asText())
        .isEqualTo("Prune=false,Delete=false");
  }

  @Test
  void hasNoFieldThatArgoDoesNotKnow() throws Exception {
    ObjectNode application = Manifests.file("samples/argocd-application.yaml");
    assertThat(application.get("apiVersion").asText()).isEqualTo("argoproj.io/v1alpha1");
    assertThat(fields(application.get("spec")))
        .containsExactly("destination", "project", "source", "syncPolicy");
    assertThat(fields(application.at("/spec/source")))
        .containsExactly("path", "repoURL", "targetRevision");
    assertThat(fields(application.at("/spec/destination"))).containsExactly("namespace", "server");
    assertThat(fields(application.at("/spec/syncPolicy")))
        .containsExactly("automated", "syncOptions");
    assertThat(fields(application.at("/spec/syncPolicy/automated")))
        .containsExactly("prune", "selfHeal");
  }

  private static TreeSet<String> fields(JsonNode object) {
    TreeSet<String> fields = new TreeSet<>();
    object.fieldNames().forEachRemaining(fields::add);
    return fields;
  }
}
