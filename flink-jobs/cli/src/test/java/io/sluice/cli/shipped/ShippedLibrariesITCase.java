package io.sluice.cli.shipped;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What the build brings along, as it is on the disk, against the list of known faults. The registry
 * and jars with others shaded into them are looked into, which no list of dependencies does.
 */
class ShippedLibrariesITCase {
  private static final Path ROOT = Path.of("../..");
  private static final Path DIST = ROOT.resolve("flink-jobs/sandbox/dist/target/servers");
  private static final Pattern REDIS = Pattern.compile("v=(\\S+)");
  private static final Pattern POSTGRES =
      Pattern.compile("<postgres.binaries.version>(.+?)</postgres.binaries.version>");

  private static Set<Library> all() throws IOException {
    Set<Library> all = new TreeSet<>();
    add(all, "job", ROOT.resolve("flink-jobs/job/target/sluice-job.jar"), 50);
    add(all, "command", Path.of("target/lib"), 80);
    add(all, "flink", DIST.resolve("flink/lib"), 30);
    add(all, "flink-s3", DIST.resolve("flink/plugins/s3"), 0);
    add(all, "objects", DIST.resolve("s3"), 50);
    add(all, "broker", DIST.resolve("kafka/lib"), 30);
    add(all, "registry", DIST.resolve("registry"), 300);
    all.add(new Library("postgres", "postgresql-server", postgres()));
    all.add(new Library("redis", "redis-server", redis()));
    return all;
  }

  private static void add(Set<Library> all, String place, Path path, int least) throws IOException {
    Set<Library> found = Library.below(place, path);
    assertThat(found).as("libraries of the %s in %s", place, path).hasSizeGreaterThan(least);
    all.addAll(found);
  }

  private static String postgres() throws IOException {
    Matcher version = POSTGRES.matcher(Files.readString(ROOT.resolve("pom.xml")));
    assertThat(version.find()).isTrue();
    return version.group(1);
  }

  /** The file's name tells another version than the program. */
  private static String redis() throws IOException {
    String architecture = System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64";
    Path program;
    try (Stream<Path> files = Files.list(DIST.resolve("binaries"))) {
      program =
          files
              .filter(file -> file.getFileName().toString().startsWith("redis-server-"))
              .filter(file -> file.toString().endsWith("-linux-" + architecture))
              .findFirst()
              .orElseThrow();
    }
    assertThat(program.toFile().setExecutable(true)).isTrue();
    Process process =
        new ProcessBuilder(program.toString(), "--version").redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    Matcher version = REDIS.matcher(output);
    assertThat(version.find()).as(output).isTrue();
    return version.group(1);
  }

  @Test
  void nothingWithAKnownFaultIsShippedUnlessItWasAccepted() throws IOException {
    Advisories advisories = Advisories.read(ROOT.resolve("security/advisories.yaml"));
    List<Library> affected =
        all().stream()
            .filter(
                library -> advisories.faults().stream().anyMatch(fault -> fault.affects(library)))
            .toList();
    LocalDate today = LocalDate.now(ZoneOffset.UTC);
    assertThat(affected)
        .as("affected and not, or no longer, accepted in security/advisories.yaml")
        .filteredOn(
            library ->
                advisories.accepted().stream()
                    .noneMatch(entry -> entry.isFor(library) && !entry.until().isBefore(today)))
        .isEmpty();
    assertThat(advisories.accepted())
        .as("entries of security/advisories.yaml for what is not shipped any more")
        .filteredOn(entry -> affected.stream().noneMatch(entry::isFor))
        .isEmpty();
  }
}
