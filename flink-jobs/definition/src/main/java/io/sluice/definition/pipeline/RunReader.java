package io.sluice.definition.pipeline;

import io.sluice.definition.model.Run;
import io.sluice.definition.model.Run.Checkpoint;
import io.sluice.definition.model.Run.Profile;
import io.sluice.definition.yaml.Fields;
import io.sluice.definition.yaml.Value;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Reads how a pipeline runs. */
final class RunReader {
  static final Map<String, Profile> PROFILES =
      Map.of("latency", Profile.LATENCY, "throughput", Profile.THROUGHPUT, "eco", Profile.ECO);

  /** More often, and a job does little else. */
  static final Duration LEAST_INTERVAL = Duration.ofMillis(100);

  /** Longer, and a failure repeats hours of work. */
  static final Duration LONGEST_INTERVAL = Duration.ofHours(1);

  static final Duration LEAST_TIMEOUT = Duration.ofSeconds(10);
  static final Duration LONGEST_TIMEOUT = Duration.ofHours(6);

  /** A restart takes seconds, and a few checkpoints may fail before one. */
  static final Duration LEAST_RESTART_BUDGET = Duration.ofMinutes(1);

  static final Duration LONGEST_RESTART_BUDGET = Duration.ofDays(7);

  private RunReader() {}

  /** What is wrong is a problem and counts as left out. */
  static Run read(Value value) {
    Optional<Fields> found = value.fields(PipelinePart.RUN.names());
    if (found.isEmpty()) {
      return Run.defaults();
    }
    Fields fields = found.get();
    Profile profile =
        fields.optional("profile").flatMap(text -> text.choice(PROFILES)).orElse(Profile.LATENCY);
    int maxParallelism = maxParallelism(fields);
    OptionalInt parallelism =
        number(fields, "parallelism", maxParallelism, ", the largest parallelism");
    Checkpoint checkpoint =
        fields
            .optional("checkpoint")
            .map(times -> checkpoint(times, profile))
            .orElse(profile.checkpoint());
    Duration budget =
        duration(fields, "restartBudget", LEAST_RESTART_BUDGET, LONGEST_RESTART_BUDGET)
            .orElse(Run.DEFAULT_RESTART_BUDGET);
    Map<String, String> flink = fields.optional("flink").map(FlinkReader::read).orElse(Map.of());
    return new Run(parallelism, maxParallelism, checkpoint, budget, flink);
  }

  /** Where a wrong number stands, the default might refuse what is right beside it. */
  private static int maxParallelism(Fields fields) {
    int otherwise =
        fields.mentions("maxParallelism")
            ? Run.LARGEST_MAX_PARALLELISM
            : Run.DEFAULT_MAX_PARALLELISM;
    return number(fields, "maxParallelism", Run.LARGEST_MAX_PARALLELISM, "").orElse(otherwise);
  }

  private static Checkpoint checkpoint(Value value, Profile profile) {
    Optional<Fields> found = value.fields(PipelinePart.CHECKPOINT.names());
    if (found.isEmpty()) {
      return profile.checkpoint();
    }
    Fields fields = found.get();
    Checkpoint checkpoint =
        duration(fields, "interval", LEAST_INTERVAL, LONGEST_INTERVAL)
            .map(profile::every)
            .orElseGet(profile::checkpoint);
    return new Checkpoint(
        checkpoint.interval(),
        duration(fields, "minPause", Duration.ZERO, checkpoint.interval())
            .orElse(checkpoint.minPause()),
        duration(fields, "timeout", LEAST_TIMEOUT, LONGEST_TIMEOUT).orElse(checkpoint.timeout()),
        checkpoint.backlogInterval());
  }

  static OptionalInt number(Fields fields, String key, int most, String meaning) {
    Optional<Value> value = fields.optional(key);
    Optional<Integer> number = value.flatMap(whole -> whole.integer(1));
    if (number.isPresent() && number.get() > most) {
      value.get().problem("must be at most %d%s, but is %d".formatted(most, meaning, number.get()));
      return OptionalInt.empty();
    }
    return number.map(OptionalInt::of).orElseGet(OptionalInt::empty);
  }

  static Optional<Duration> duration(Fields fields, String key, Duration least, Duration most) {
    Optional<Value> value = fields.optional(key);
    Optional<Duration> duration = value.flatMap(time -> time.duration(true));
    if (duration.isPresent()
        && (duration.get().compareTo(least) < 0 || duration.get().compareTo(most) > 0)) {
      value
          .get()
          .problem(
              "must be from %s to %s, but is %s"
                  .formatted(
                      PipelinePart.plain(least), PipelinePart.plain(most), value.get().describe()));
      return Optional.empty();
    }
    return duration;
  }
}
