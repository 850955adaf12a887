package io.sluice.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The image holds what the manifests and the build name. It was not built. */
class DockerfileTest {
  private static final Pattern COPY = Pattern.compile("COPY --chown=9999:9999 (\\S+) (\\S+)");

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
    List<Matcher> copies = copies();
    assertThat(copies).hasSize(2);
    assertThat(copies.get(0).group(1))
        .isEqualTo(
            "flink-jobs/sandbox/dist/flink/target/plugins/s3/flink-s3-fs-native-%s.jar"
                .formatted(property("flink.s3.version")));
    assertThat(copies.get(0).group(2)).startsWith("/opt/flink/plugins/").endsWith("/");
    assertThat(copies.get(1).group(1)).isEqualTo("flink-jobs/job/target/sluice-job.jar");
    assertThat(Files.readString(Manifests.REPOSITORY.resolve("flink-jobs/job/pom.xml")))
        .contains("<outputFile>${project.build.directory}/sluice-job.jar</outputFile>");
    assertThat(Manifests.file("base/market-risk.yaml").at("/spec/job/jarURI").asText())
        .isEqualTo("local://" + copies.get(1).group(2) + "sluice-job.jar");
  }

  /** Nothing else of the repository is sent to the builder, and nothing that is copied is not. */
  @Test
  void isBuiltFromTwoFiles() throws IOException {
    List<String> kept = lines("Dockerfile.dockerignore");
    assertThat(kept.get(0)).isEqualTo("*");
    List<String> copied = new ArrayList<>();
    for (Matcher copy : copies()) {
      copied.add("!" + copy.group(1).replaceFirst("flink-s3-fs-native-[0-9.]+jar", "*.jar"));
    }
    assertThat(kept.subList(1, kept.size())).containsExactlyElementsOf(copied);
  }

  /** The lines that copy a file; group 1 is its path in the repository. */
  static List<Matcher> copies() throws IOException {
    return lines("Dockerfile").stream().map(COPY::matcher).filter(Matcher::matches).toList();
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
