package io.sluice.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** What kustomize makes of an overlay; each is rendered once. */
record Overlay(String name, List<ObjectNode> resources) {
  static final List<String> NAMES = List.of("dev", "staging", "prod");

  private static final int SECONDS = 60;
  private static final Map<String, Overlay> RENDERED = new HashMap<>();

  Overlay {
    resources = List.copyOf(resources);
  }

  /**
   * Renders an overlay. Without kubectl on the PATH the test is skipped.
   *
   * @throws IOException if kustomize refuses the overlay, with its reason
   */
  static synchronized Overlay of(String name) throws IOException, InterruptedException {
    Optional<Path> kubectl = kubectl();
    Assumptions.assumeTrue(
        kubectl.isPresent(),
        "Skipped: there is no kubectl on the PATH, whose kustomize renders the overlays.");
    if (!RENDERED.containsKey(name)) {
      Path folder = Manifests.FOLDER.resolve("overlays").resolve(name);
      RENDERED.put(name, new Overlay(name, Manifests.parse(render(kubectl.get(), folder))));
    }
    return RENDERED.get(name);
  }

  /** What kustomize prints for a folder. */
  private static String render(Path kubectl, Path folder) throws IOException, InterruptedException {
    Path output = Files.createTempFile("overlay", ".yaml");
    Path errors = Files.createTempFile("overlay", ".err");
    try {
      Process process =
          new ProcessBuilder(kubectl.toString(), "kustomize", folder.toString())
              .redirectOutput(output.toFile())
              .redirectError(errors.toFile())
              .start();
      if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IOException("kubectl kustomize " + folder + " took more than " + SECONDS + " s.");
      }
      if (process.exitValue() != 0) {
        throw new IOException(
            "kubectl kustomize " + folder + " failed: " + Files.readString(errors));
      }
      return Files.readString(output);
    } finally {
      Files.delete(output);
      Files.delete(errors);
    }
  }

  private static Optional<Path> kubectl() {
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
        .map(folder -> Path.of(folder, "kubectl"))
        .filter(Files::isExecutable)
        .findFirst();
  }

  List<ObjectNode> ofKind(String kind) {
    return resources.stream().filter(resource -> Manifests.kind(resource).equals(kind)).toList();
  }

  /** The only resource of a kind; a copy, which may be changed. */
  ObjectNode only(String kind) {
    assertThat(ofKind(kind)).as("%s of %s", kind, name).hasSize(1);
    return ofKind(kind).get(0).deepCopy();
  }

  ObjectNode deployment() {
    return only("FlinkDeployment");
  }
}
