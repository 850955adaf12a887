package io.sluice.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The image holds what the manifests and the build name. It was not built. */
class DockerfileTest {
  private static final Pattern COPY = Pattern.compile("COPY (?:--chown=9999:9999 )?(.+)");

  /**
   * A line that copies.
   *
   * @param sources in the context, which is an unpacked distribution
   * @param target a folder of the image, with a slash at its end
   */
  record Copy(List<String> sources, String target) {
    static Copy of(String words) {
      List<String> all = Arrays.asList(words.split(" "));
      return new Copy(all.subList(0, all.size() - 1), all.get(all.size() - 1));
    }
  }

  @Test
  void startsFromFlinkByDigestAndRunsAsFlinksUser() throws IOException {
    List<String> lines = lines("Dockerfile");
    assertThat(lines)
        .contains("ARG FLINK_DIGEST", "FROM flink:${FLINK_TAG}@${FLINK_DIGEST}", "USER 9999:9999")
        .contains("ARG FLINK_TAG=" + property("flink.version") + "-java17")
        .noneMatch(line -> line.startsWith("RUN"));
  }

  @Test
  void holdsTheJarThatTheJobNames() throws IOException {
    List<Copy> copies = copies();
    assertThat(copies).hasSize(5).allMatch(copy -> copy.target().endsWith("/"));
    assertThat(copies.get(0).sources())
        .containsExactly(
            "servers/flink/plugins/s3/flink-s3-fs-native-%s.jar"
                .formatted(property("flink.s3.version")));
    assertThat(copies.get(0).target()).startsWith("/opt/flink/plugins/");
    assertThat(copies.get(1).sources()).containsExactly("job/sluice-job.jar");
    assertThat(Manifests.file("base/market-risk.yaml").at("/spec/job/jarURI").asText())
        .isEqualTo("local://" + copies.get(1).target() + "sluice-job.jar");
  }

  /** In the image the command finds its libraries as in the distribution. */
  @Test
  void holdsTheCommandAsItIsInTheDistribution() throws IOException {
    assertThat(copies().subList(2, 5))
        .containsExactly(
            new Copy(List.of("LICENSES.md", "version"), "/opt/sluice/"),
            new Copy(List.of("bin"), "/opt/sluice/bin/"),
            new Copy(List.of("lib"), "/opt/sluice/lib/"));
  }

  /** Nothing else is sent to the builder, and nothing that is copied is not. */
  @Test
  void isBuiltFromWhatItCopies() throws IOException {
    List<String> kept = lines("Dockerfile.dockerignore");
    assertThat(kept.get(0)).isEqualTo("*");
    List<String> copied = new ArrayList<>();
    for (Copy copy : copies()) {
      for (String source : copy.sources()) {
        copied.add("!" + source.replaceFirst("flink-s3-fs-native-[0-9.]+jar", "*.jar"));
      }
    }
    assertThat(kept.subList(1, kept.size())).containsExactlyElementsOf(copied);
  }

  /** The lines that copy. */
  static List<Copy> copies() throws IOException {
    return lines("Dockerfile").stream()
        .map(COPY::matcher)
        .filter(Matcher::matches)
        .map(line -> Copy.of(line.group(1)))
        .collect(Collectors.toList());
  }

  private static List<String> lines(String file) throws IOException {
    return Files.readAllLines(Manifests.FOLDER.resolve(file));
  }

  private static String property(String name) throws IOException {
    String pom = Files.readString(Manifests.REPOSITORY.resolve("pom.xml"));
    Matcher value = Pattern.compile("<" + name + ">([^<]+)</").matcher(pom);
    assertThat(value.find()).isTrue();
    return value.group(1);
  }
}
