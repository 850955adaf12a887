package io.sluice.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.distribution.Unpacked.Outcome;
import io.sluice.testkit.S3Server;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** The archives on a machine that has Java and nothing else of what a build needs. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DistributionITCase {
  private static final Pattern ARGUMENTS = Pattern.compile("args: \\[(.+)]");

  @TempDir private static Path place;
  private static Unpacked unpacked;

  @BeforeAll
  static void unpack() throws Exception {
    unpacked = new Unpacked(place, "my sluice $x 'y");
    unpacked.unpack(Unpacked.archive(false));
  }

  @AfterAll
  static void stop() throws Exception {
    assertThat(unpacked.sluice("down").code()).isZero();
    assertThat(unpacked.calls()).doesNotExist();
    assertThat(
            ProcessHandle.allProcesses()
                .flatMap(process -> process.info().commandLine().stream())
                .filter(line -> line.contains(place.toString())))
        .as("processes that the distribution left")
        .isEmpty();
  }

  @Test
  @Order(1)
  void commandsThatNeedNoServersWork() throws Exception {
    Path link = Files.createSymbolicLink(place.resolve("a link"), unpacked.folder());
    Outcome version = unpacked.sluice(link.resolve("bin/sluice"), Map.of(), "version", "--json");
    assertThat(version.out())
        .contains("\"version\" : \"0.1.0", "\"flink\" : \"2.2.1\"")
        .containsPattern("\"commit\" : (\"[0-9a-f]{40,64}\"|null)");
    Outcome validate = unpacked.sluice("validate");
    assertThat(validate.out()).endsWith("3 files checked: all is well.\n");
    assertThat(validate.err() + validate.out()).contains(unpacked.folder().resolve("schemas") + "");
    Outcome script = unpacked.sluice("completion", "bash");
    assertThat(script.out()).contains("market-risk", "maintain");
    assertThat(List.of(version.code(), validate.code(), script.code())).containsOnly(0);
    assertThat(unpacked.user()).isEmptyDirectory();
  }

  @Test
  @Order(2)
  void withoutTheServersTheirArchiveIsNamed() throws Exception {
    Outcome outcome = unpacked.sluice("demo", "--exit");
    assertThat(outcome.code()).isEqualTo(1);
    assertThat(outcome.err())
        .startsWith("sluice: The servers are not installed (")
        .endsWith(
            "tar -xzf sluice-*-servers.tar.gz --strip-components=1 -C '%s'\n"
                .formatted(unpacked.folder().toString().replace("'", "'\\''")));
    assertThat(unpacked.user()).isEmptyDirectory();
  }

  @Test
  @Order(3)
  void aDemoAccountsForEveryEvent() throws Exception {
    unpacked.unpack(Unpacked.archive(true));
    Outcome outcome =
        unpacked.sluice("demo", "--exit", "--events", "20000", "--rate", "0", "--port", "all=0");
    assertThat(outcome.out()).contains("PASS: each of the 20,000 trades is accounted for.");
    assertThat(outcome.code()).as(outcome.err()).isZero();
    Outcome tables = unpacked.sluice("table", "list");
    assertThat(tables.out()).contains("silver/trades", "gold/exposure_by_book_1m");
    assertThat(unpacked.user()).isDirectoryContaining("glob:**/.sluice");
  }

  /** As the CronJobs run it: nothing but the environment, and no home that could be made. */
  @Test
  @Order(4)
  void maintenanceOfABucketNeedsTheEnvironmentOnly() throws Exception {
    Path buckets = Files.createDirectory(place.resolve("buckets"));
    Path orphan = tableWithOrphan(buckets.resolve("company/lake/silver/trips"));
    try (S3Server server = S3Server.start(buckets)) {
      Map<String, String> environment =
          Map.of(
              "HOME",
              "/proc",
              "AWS_ACCESS_KEY_ID",
              server.accessKey(),
              "AWS_SECRET_ACCESS_KEY",
              server.secretKey(),
              "AWS_REGION",
              "eu-central-1",
              "AWS_ENDPOINT_URL_S3",
              server.endpoint().toString(),
              "SLUICE_S3_PATH_STYLE",
              "true");
      String manifest = Files.readString(Path.of("../k8s/base/maintenance.yaml"));
      Matcher arguments = ARGUMENTS.matcher(manifest);
      StringBuilder said = new StringBuilder();
      while (arguments.find()) {
        String[] words =
            arguments.group(1).replace("$(SLUICE_LAKE)", "s3://company/lake").split(", ");
        Outcome outcome =
            unpacked.sluice(unpacked.folder().resolve("bin/sluice"), environment, words);
        assertThat(outcome).extracting(Outcome::code, Outcome::err).containsExactly(0, "");
        said.append(outcome.out());
      }
      assertThat(said)
          .contains("silver/trips: nothing was done.\n", "silver/trips: 1 file (5 B) of before ");
    }
    assertThat(orphan).doesNotExist();
  }

  private static Path tableWithOrphan(Path table) throws IOException {
    Path log = Files.createDirectories(table.resolve("_delta_log"));
    Files.writeString(
        log.resolve("00000000000000000000.json"),
        """
        {"protocol":{"minReaderVersion":1,"minWriterVersion":2}}
        {"metaData":{"id":"1","format":{"provider":"parquet","options":{}},"schemaString":"{\\"type\\":\\"struct\\",\\"fields\\":[{\\"name\\":\\"id\\",\\"type\\":\\"long\\",\\"nullable\\":true,\\"metadata\\":{}}]}","partitionColumns":[],"configuration":{},"createdTime":1}}
        """);
    Path orphan = Files.writeString(table.resolve("part-1.parquet"), "12345");
    Files.setLastModifiedTime(orphan, FileTime.from(Instant.now().minus(Duration.ofDays(8))));
    return orphan;
  }

  @Test
  @Order(5)
  void serversOfAnotherVersionAreRefused() throws IOException, Exception {
    Path version = unpacked.folder().resolve("servers/version");
    String own = Files.readString(version);
    Files.writeString(version, "0.0.9\n");
    Outcome outcome = unpacked.sluice("up");
    Files.writeString(version, own);
    assertThat(outcome.code()).isEqualTo(1);
    assertThat(outcome.err()).contains("are of version 0.0.9, but Sluice is " + own.strip());
  }
}
