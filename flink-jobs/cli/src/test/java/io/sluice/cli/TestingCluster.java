package io.sluice.cli;

import io.sluice.cli.platform.Cluster;
import io.sluice.cli.text.CommandFailure;
import io.sluice.definition.edit.EditRefusedException;
import io.sluice.definition.edit.Edits;
import io.sluice.definition.edit.KeptDefinition;
import io.sluice.definition.edit.Store;
import io.sluice.definition.edit.TopicLife;
import io.sluice.definition.model.Pipeline;
import io.sluice.delta.commit.SavedSink;
import io.sluice.job.SavedTables;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/** Flink in memory. It notes in its platform what it is asked for. */
final class TestingCluster implements Cluster {
  private final TestingPlatform platform;

  TestingCluster(TestingPlatform platform) {
    this.platform = platform;
  }

  @Override
  public Page page(String target) {
    throw new UnsupportedOperationException("no web UI here");
  }

  @Override
  public List<Job> jobs() throws IOException {
    if (platform.lostAnswers > 0) {
      platform.lostAnswers--;
      throw new IOException("Flink does not answer");
    }
    return List.copyOf(platform.jobs.values());
  }

  @Override
  public boolean allTasksRunning(String jobId) {
    return platform.jobs.get(jobId).state().equals("RUNNING") || --platform.asksUntilRunning == 0;
  }

  @Override
  public Health health(String jobId) {
    if (platform.keepsFailing.contains(jobId)) {
      platform.lastFailure = platform.lastFailure.plusSeconds(1);
    }
    return new Health(
        3, Optional.of(new Failure(platform.failure, Instant.EPOCH, platform.lastFailure)));
  }

  @Override
  public Counters counters(String jobId) {
    return new Counters(
        List.of(
            new DatasetCounts(
                "trips",
                100,
                90,
                4,
                new TreeMap<>(Map.of("required:id", 5L, "corrupt", 1L)),
                Map.of("slow", 2L))),
        List.of(
            new EventTime("trips", Optional.of(Instant.EPOCH), OptionalLong.of(3)),
            new EventTime("calls", Optional.empty(), OptionalLong.empty())),
        List.of(
            new ViewCounts("by_zone", 5, 0, OptionalLong.empty()),
            new ViewCounts("trips_1m", 0, 7, OptionalLong.of(12))));
  }

  @Override
  public Optional<Checkpoint> lastCheckpoint(String jobId) {
    if (platform.jobs.get(jobId).initializing()) {
      throw new CommandFailure("Flink refuses GET /checkpoints (status 500)");
    }
    if (platform.withoutCheckpoint.contains(jobId)) {
      return Optional.empty();
    }
    long id = platform.checkpointing ? platform.checkpoint++ : platform.checkpoint;
    return Optional.of(new Checkpoint(id, Instant.EPOCH, "chk-" + id));
  }

  @Override
  public String requestCheckpoint(String jobId) {
    platform.calls.add("checkpoint " + jobId);
    if (platform.checkpointOnRequest != null) {
      platform.checkpointOnRequest.accept(jobId);
    }
    platform.checkpoint++;
    return "request";
  }

  @Override
  public boolean isSettled(String jobId, String request) {
    return true;
  }

  @Override
  public int freeSlots() {
    return platform.slots;
  }

  @Override
  public int parallelism(String jobId) {
    return rescaling().parallelism(jobId);
  }

  @Override
  public TestingRescaling rescaling() {
    return new TestingRescaling(platform);
  }

  @Override
  public Jar upload(Path jar) {
    platform.calls.add("upload " + jar.getFileName());
    String known = platform.builtJar == null ? jar.getFileName().toString() : platform.builtJar;
    return platform.jars.computeIfAbsent(known, name -> new Jar("id of " + name, name));
  }

  @Override
  public Optional<Jar> jar(String name) {
    return Optional.ofNullable(platform.jars.get(name));
  }

  @Override
  public List<String> compare(
      Pipeline pipeline,
      String savepoint,
      List<String> restartViews,
      Map<String, TopicLife> topics,
      Store.Ids ids,
      List<Store.Kind> accepted)
      throws IOException {
    if (platform.refusedEdit != null) {
      throw new EditRefusedException(List.of(platform.refusedEdit));
    }
    topics.forEach(
        (dataset, topic) -> platform.calls.add("topic of " + dataset + " is " + topic.id()));
    platform.calls.add("compare " + pipeline.name() + " " + restartViews);
    KeptDefinition before =
        KeptDefinition.parse(Edits.none(pipeline).keeping(platform.kept).definition().lines());
    List<String> notes =
        new ArrayList<>(
            Edits.between(before, pipeline, List.of(), Map.of()).beside(ids, accepted).notes());
    notes.add("view fares is gone");
    return notes;
  }

  @Override
  public Optional<SavedTables> savedTables(Pipeline pipeline, String savepoint) {
    return platform.foreign
        ? Optional.empty()
        : Optional.of(new SavedTables(5, saved("silver/trips", "gold/minutes")));
  }

  private static Map<String, List<SavedSink>> saved(String... tables) {
    Map<String, List<SavedSink>> saved = new LinkedHashMap<>();
    for (String table : tables) {
      saved.put(table, List.of(new SavedSink("city." + table.replace('/', '-'), "life", 5)));
    }
    return saved;
  }

  @Override
  public String run(String jarId, List<String> arguments, Optional<String> restoreFrom)
      throws IOException {
    platform.calls.add("run " + restoreFrom.orElse("anew"));
    platform.arguments = arguments;
    platform.kept.clear();
    for (int i = 0; i < arguments.size(); i += 2) {
      if (arguments.get(i).equals("--store")) {
        String[] store = arguments.get(i + 1).split("=");
        platform.kept.put(Store.parse(store[0]), store[1]);
      }
    }
    String id = "job" + (platform.jobs.size() + 1);
    String name = Path.of(arguments.get(1)).getParent().getParent().getFileName().toString();
    name = name.replaceAll("^\\.|\\.new$", "");
    platform.ran.add(
        "%s: %s %s"
            .formatted(
                jarId,
                Files.readString(Path.of(arguments.get(1))),
                arguments.get(arguments.indexOf("--parallelism") + 1)));
    String next = platform.startStates.poll();
    String state = next == null ? platform.startState : next;
    platform.jobs.put(id, new Job(id, name, state, Instant.EPOCH, Optional.empty()));
    return id;
  }

  @Override
  public String savepoint(String jobId, String folder) {
    platform.calls.add("savepoint " + jobId);
    return folder + "/savepoint-1";
  }

  @Override
  public String stop(String jobId, String folder, boolean drain) throws IOException {
    if (platform.stop != null) {
      return platform.stop.of(jobId, folder);
    }
    platform.end(jobId, "FINISHED");
    platform.calls.add("stop " + jobId + (drain ? " drained" : ""));
    return folder + "/savepoint-2";
  }

  @Override
  public void cancel(String jobId) {
    platform.end(jobId, "CANCELED");
    platform.calls.add("cancel " + jobId);
  }
}
