package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Sending records of files. */
class ProduceCommandTest extends CommandRun {
  @Test
  void produceFindsTheTopicAndReportsBadLines() throws IOException {
    Path file = folder.resolve("trips.csv");
    Files.writeString(file, "id,at,fare,extra\na,1,2.5,x\nb,1,much,x\n,2,3,x\n");
    assertThat(produce(file)).isEqualTo(1);
    assertThat(platform.calls)
        .containsExactly(
            "topic city.trips.v1 4",
            "broker closed",
            "schema city.trips.v1-value",
            "send city.trips.v1 a",
            "send city.trips.v1 null",
            "producer closed");
    assertThat(out.toString()).isEqualTo("produced 2, bad 1 (topic city.trips.v1)\n");
    assertThat(err.toString())
        .contains("trips.csv, line 3: fare: \"much\" is not a double")
        .contains("the column extra is not in the schema");
    assertThat(produce(file, "--max-bad", "1")).isZero();
    assertThat(produce(file, "--max-bad", "0")).isEqualTo(1);
    assertThat(err.toString()).contains("Stopped after line 3: more than 0 bad lines (--max-bad).");
  }

  @Test
  void produceChecksWithoutServers() throws IOException {
    platform.up = false;
    Path file = folder.resolve("trips.csv");
    Path bad = folder.resolve("bad.csv");
    Files.writeString(file, "id,at,fare\na,1,2.5\nb,1,mu\u001bch\n");
    assertThat(produce(file, "--dry-run", "--bad", bad.toString())).isEqualTo(1);
    assertThat(platform.calls).isEmpty();
    assertThat(out.toString()).isEqualTo("good 1, bad 1; nothing was sent (--dry-run)\n");
    assertThat(err.toString()).contains("fare: \"mu\\u001bch\" is not a double");
    assertThat(Files.readString(bad)).isEqualTo("id,at,fare\nb,1,mu\u001bch\n");
    Files.writeString(file, "id,at,fare\na,1,2.5\n");
    assertThat(produce(file, "--dry-run")).isZero();
  }

  @Test
  void produceReadsTheFormatsOfPeople() throws IOException {
    Path file = folder.resolve("trips.csv");
    Files.writeString(file, "Id;When;Fare\na;1/31/2026 8:05;1.234,5\n");
    String[] options = {
      "--delimiter=;",
      "--map=Id=id",
      "--map=When=at",
      "--map=Fare=fare",
      "--format=at=M/d/yyyy H:mm",
      "--zone=Europe/Berlin",
      "--decimal-comma",
      "--thousands=."
    };
    assertThat(produce(file, options)).isZero();
    assertThat(out.toString()).isEqualTo("produced 1, bad 0 (topic city.trips.v1)\n");
  }

  @Test
  void produceNamesOptionsThatCannotBe() throws IOException {
    Path file = folder.resolve("trips.csv");
    Files.writeString(file, "id,at,fare\na,1,2.5\n");
    assertThat(produce(file, "--map=Id=idd")).isEqualTo(2);
    assertThat(produce(file, "--map=ids=id")).isEqualTo(1);
    assertThat(produce(file, "--format=fare=M/d/yyyy")).isEqualTo(2);
    assertThat(produce(file, "--format=at=YYYY-MM-dd")).isEqualTo(2);
    assertThat(produce(file, "--format=at=qqqqqq{")).isEqualTo(2);
    assertThat(produce(file, "--zone=Europe/Berlim")).isEqualTo(2);
    assertThat(produce(file, "--thousands=x")).isEqualTo(2);
    assertThat(produce(file, "--thousands=,", "--decimal-comma")).isEqualTo(2);
    assertThat(produce(file, "--delimiter=ab")).isEqualTo(2);
    assertThat(produce(file, "--max-bad=-1")).isEqualTo(2);
    assertThat(err.toString())
        .contains("--map Id=idd: the schema of trips has no field idd. Did you mean 'id'?")
        .contains("line 1 names no column ids. Did you mean 'id'? It names: id, at, fare")
        .contains("--format fare: the field is neither a date nor a time (those are: at).")
        .contains("the pattern YYYY-MM-dd does not give a timestamp-millis")
        .contains("Did you mean 'Europe/Berlin'?");
  }

  private int produce(Path file, String... options) {
    List<String> arguments =
        new ArrayList<>(
            List.of("produce", "trips", "--definitions", my.toString(), "--file", file.toString()));
    arguments.addAll(List.of(options));
    return run(arguments.toArray(String[]::new));
  }

  @Test
  void produceKnowsSubmittedPipelines() throws IOException {
    run("submit", pipeline, "--definitions", my.toString());
    Path file = folder.resolve("trips.jsonl");
    Files.writeString(file, "{\"id\": 1}\n");
    assertThat(run("produce", "trips", "--file", file.toString(), "--json")).isEqualTo(1);
    assertThat(out.toString()).contains("\"produced\" : 0", "\"bad\" : 1", "\"line\" : 1");
    assertThat(run("produce", "planes", "--file", file.toString())).isEqualTo(1);
    assertThat(err.toString()).contains("No pipeline has a source planes (known: trips)");
    assertThat(run("produce", "trips", "--file", "missing.csv")).isEqualTo(1);
    assertThat(err.toString()).contains("There is no file missing.csv.");
  }

  /** Not a problem of a shipped pipeline, whose datasets are not in that folder. */
  @Test
  void produceNamesADatasetThatTheFolderLacks() throws IOException {
    Path file = folder.resolve("trips.jsonl");
    Files.writeString(file, "{\"id\": 1}\n");
    assertThat(run("produce", "tripps", "--definitions", my.toString(), "--file", file.toString()))
        .isEqualTo(1);
    assertThat(err.toString())
        .contains("unknown dataset 'tripps': no tripps.avsc in " + my, "Did you mean 'trips'?")
        .doesNotContain("trades");
  }
}
