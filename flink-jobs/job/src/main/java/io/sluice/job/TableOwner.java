package io.sluice.job;

import io.sluice.delta.table.DeltaTables;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Set;

/**
 * The pipeline that a table belongs to. It is known from the table itself, whose commits name their
 * sinks: a pipeline that was submitted from elsewhere counts as well.
 */
public final class TableOwner {
  private static final char END_OF_PIPELINE = '.';

  private TableOwner() {}

  /** How a pipeline's sinks are named in the tables that they write. */
  static String sinkId(String pipeline, String sink) {
    // Names of pipelines have no dot.
    return pipeline + END_OF_PIPELINE + sink;
  }

  /**
   * Refuses a table that another pipeline writes.
   *
   * @param path of the table, which need not exist
   * @throws IllegalStateException if it is another's
   */
  public static void check(String pipeline, String path) throws IOException {
    for (String sink : sinks(path)) {
      int end = sink.indexOf(END_OF_PIPELINE);
      if (end > 0 && !sink.substring(0, end).equals(pipeline)) {
        String owner = sink.substring(0, end);
        throw new IllegalStateException(
            "The table %s belongs to the pipeline %s, which wrote it: with two pipelines, each would skip or replace rows of the other. Give %s another lake root or its dataset or view another name, or remove what %s has made: sluice remove %s"
                .formatted(path, owner, pipeline, owner, owner));
      }
    }
  }

  private static Set<String> sinks(String path) throws IOException {
    try {
      return DeltaTables.sinkIds(path);
    } catch (FileNotFoundException absent) {
      return Set.of();
    }
  }
}
