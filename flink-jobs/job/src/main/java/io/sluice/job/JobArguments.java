package io.sluice.job;

import io.sluice.definition.edit.Store;
import io.sluice.definition.model.Run;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The arguments of {@link Main}, checked. */
record JobArguments(
    String pipeline,
    String definitions,
    OptionalInt parallelism,
    List<String> restartViews,
    Map<Store, String> stores,
    OptionalLong reseedFrom) {
  private static final String RESTART_VIEW = "--restart-view";
  private static final String STORE = "--store";
  private static final String RESEED_FROM = "--reseed-from";
  private static final Pattern STORE_AND_ID = Pattern.compile("([a-z]+) ([^=]+)=(.+)");
  private static final List<String> KNOWN =
      List.of("--pipeline", "--definitions", "--parallelism", RESTART_VIEW, STORE, RESEED_FROM);

  JobArguments {
    restartViews = List.copyOf(restartViews);
    stores = Collections.unmodifiableMap(new LinkedHashMap<>(stores));
  }

  /**
   * Reads the arguments.
   *
   * @throws IllegalArgumentException if one is missing, unknown or has no value
   */
  static JobArguments parse(String[] args) {
    Map<String, String> values = new LinkedHashMap<>();
    List<String> restartViews = new ArrayList<>();
    Map<Store, String> stores = new LinkedHashMap<>();
    for (int i = 0; i < args.length; i += 2) {
      if (!KNOWN.contains(args[i]) || i + 1 == args.length) {
        throw new IllegalArgumentException(
            "Argument '%s' is unknown or has no value. Allowed: --pipeline FILE --definitions DIR [--parallelism N] [--restart-view NAME]... [--store NAME=ID]... [--reseed-from ID]"
                .formatted(args[i]));
      }
      if (args[i].equals(RESTART_VIEW)) {
        restartViews.add(args[i + 1]);
      } else if (args[i].equals(STORE)) {
        addStore(stores, args[i + 1]);
      } else {
        values.put(args[i], args[i + 1]);
      }
    }
    return new JobArguments(
        required(values, "--pipeline"),
        required(values, "--definitions"),
        parallelism(values.get("--parallelism")),
        restartViews,
        stores,
        reseedFrom(values.get(RESEED_FROM)));
  }

  private static OptionalLong reseedFrom(String text) {
    if (text == null) {
      return OptionalLong.empty();
    }
    if (!text.matches("[0-9]{1,18}")) {
      throw new IllegalArgumentException(
          "--reseed-from is '%s'; it must be the id of a checkpoint.".formatted(text));
    }
    return OptionalLong.of(Long.parseLong(text));
  }

  private static void addStore(Map<Store, String> stores, String text) {
    Matcher parts = STORE_AND_ID.matcher(text);
    Optional<Store.Kind> kind = parts.matches() ? Store.Kind.of(parts.group(1)) : Optional.empty();
    if (kind.isEmpty()) {
      throw new IllegalArgumentException(
          "--store is '%s'; it must look like redis fares=ID.".formatted(text));
    }
    stores.put(new Store(kind.get(), parts.group(2)), parts.group(3));
  }

  private static String required(Map<String, String> values, String name) {
    String value = values.get(name);
    if (value == null) {
      throw new IllegalArgumentException("Argument " + name + " is missing.");
    }
    return value;
  }

  /** The argument, else what the pipeline says, else two. */
  int parallelism(Run run) {
    return parallelism.orElseGet(() -> run.parallelism().orElse(Math.min(2, run.maxParallelism())));
  }

  private static OptionalInt parallelism(String text) {
    if (text == null) {
      return OptionalInt.empty();
    }
    int parallelism = text.matches("[0-9]{1,5}") ? Integer.parseInt(text) : 0;
    if (parallelism < 1 || parallelism > Run.LARGEST_MAX_PARALLELISM) {
      throw new IllegalArgumentException(
          "--parallelism is '%s'; it must be a number from 1 to %d."
              .formatted(text, Run.LARGEST_MAX_PARALLELISM));
    }
    return OptionalInt.of(parallelism);
  }
}
