package io.sluice.k8s;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.Volume;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a namespace of the level "restricted" of Kubernetes' pod security standards refuses, as far
 * as our pods say something of it:
 * https://kubernetes.io/docs/concepts/security/pod-security-standards.
 */
public final class RestrictedPod {
  private RestrictedPod() {}

  /** What is refused, each as a sentence. */
  public static List<String> problems(PodSpec pod) {
    List<String> problems = new ArrayList<>();
    PodSecurityContext security =
        pod.getSecurityContext() == null ? new PodSecurityContext() : pod.getSecurityContext();
    if (!Boolean.TRUE.equals(security.getRunAsNonRoot())
        || Long.valueOf(0).equals(security.getRunAsUser())) {
      problems.add("The pod may run as root.");
    }
    if (security.getSeccompProfile() == null
        || !security.getSeccompProfile().getType().equals("RuntimeDefault")) {
      problems.add("The pod has no seccomp profile.");
    }
    if (Stream.of(pod.getHostNetwork(), pod.getHostPID(), pod.getHostIPC())
        .anyMatch(Boolean.TRUE::equals)) {
      problems.add("The pod shares a namespace with its host.");
    }
    pod.getVolumes().stream()
        .filter(volume -> !allowed(volume))
        .forEach(volume -> problems.add("The volume " + volume.getName() + " is of another kind."));
    Stream.concat(pod.getContainers().stream(), pod.getInitContainers().stream())
        .forEach(container -> container(container, problems));
    return problems;
  }

  private static boolean allowed(Volume volume) {
    return Stream.of(
                volume.getConfigMap(),
                volume.getProjected(),
                volume.getSecret(),
                volume.getEmptyDir(),
                volume.getDownwardAPI(),
                volume.getPersistentVolumeClaim())
            .filter(kind -> kind != null)
            .count()
        == 1;
  }

  private static void container(Container container, List<String> problems) {
    SecurityContext security =
        container.getSecurityContext() == null
            ? new SecurityContext()
            : container.getSecurityContext();
    if (!Boolean.FALSE.equals(security.getAllowPrivilegeEscalation())) {
      problems.add(container.getName() + " may gain privileges.");
    }
    if (security.getCapabilities() == null
        || !security.getCapabilities().getDrop().contains("ALL")
        || !security.getCapabilities().getAdd().isEmpty()) {
      problems.add(container.getName() + " has capabilities.");
    }
    if (Boolean.TRUE.equals(security.getPrivileged())) {
      problems.add(container.getName() + " is privileged.");
    }
    if (container.getPorts().stream().anyMatch(port -> port.getHostPort() != null)) {
      problems.add(container.getName() + " takes a port of its host.");
    }
  }
}
