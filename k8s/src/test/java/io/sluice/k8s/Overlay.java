package io.sluice.k8s;

import com.fasterxml.jackson.databind.JsonNode;
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
public record Overlay(String name, List<ObjectNode> resources) {
  static final List<String> NAMES = List.of("dev", "staging", "prod");

  private static final int SECONDS = 60;
  private static final Map<String, Overlay> RENDERED = new HashMap<>();

  public Overlay {
    resources = List.copyOf(resources);
  }

  /**
   * Renders an overlay. Without kubectl on the PATH the test is skipped.
   *
   * @throws IOException if kustomize refuses the overlay, with its reason
   */
  public static synchronized Overlay of(String name) throws IOException, InterruptedException {
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

  /** The resources, to be compared with others. */
  public Rendered rendered() {
    return new Rendered("overlay " + name, resources);
  }

  List<ObjectNode> ofKind(String kind) {
    return rendered().ofKind(kind);
  }

  /** The only resource of a kind; a copy, which may be changed. */
  ObjectNode only(String kind) {
    return rendered().only(kind);
  }

  public ObjectNode deployment() {
    return rendered().deployment();
  }

  /**
   * Lays out a projected volume of ConfigMaps as a kubelet does: a hidden folder with the files, a
   * link to it, and a link for each file.
   */
  public void mount(JsonNode volume, Path folder) throws IOException {
    Path data = Files.createDirectories(folder.resolve("..2026_12_01_00_00_00.1234567890"));
    Path current = folder.resolve("..data");
    Files.createSymbolicLink(current, data.getFileName());
    for (JsonNode source : volume.at("/projected/sources")) {
      String name = source.at("/configMap/name").asText();
      for (ObjectNode configMap : ofKind("ConfigMap")) {
        if (Manifests.name(configMap).equals(name)) {
          for (Map.Entry<String, String> file : Manifests.texts(configMap.get("data")).entrySet()) {
            Files.writeString(data.resolve(file.getKey()), file.getValue());
            Files.createSymbolicLink(
                folder.resolve(file.getKey()), Path.of("..data", file.getKey()));
          }
        }
      }
    }
  }
}
