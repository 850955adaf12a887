package io.sluice.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * Resources that belong together.
 *
 * @param name for messages
 */
public record Rendered(String name, List<ObjectNode> resources) {
  public Rendered {
    resources = List.copyOf(resources);
  }

  /** The resources of a kind. */
  public List<ObjectNode> ofKind(String kind) {
    return resources.stream().filter(resource -> Manifests.kind(resource).equals(kind)).toList();
  }

  /** The only resource of a kind; a copy, which may be changed. */
  public ObjectNode only(String kind) {
    assertThat(ofKind(kind)).as("%s of %s", kind, name).hasSize(1);
    return ofKind(kind).get(0).deepCopy();
  }

  /** The FlinkDeployment; a copy, which may be changed. */
  public ObjectNode deployment() {
    return only("FlinkDeployment");
  }

  /** The only ConfigMap whose name is this one and a hash. */
  public ObjectNode configMap(String prefix) {
    List<ObjectNode> found =
        ofKind("ConfigMap").stream()
            .filter(each -> Manifests.name(each).matches(prefix + "-[a-z0-9]{10}"))
            .toList();
    assertThat(found).as("ConfigMaps %s-* of %s", prefix, name).hasSize(1);
    return found.get(0);
  }
}
