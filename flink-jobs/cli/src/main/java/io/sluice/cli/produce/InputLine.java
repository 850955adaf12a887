package io.sluice.cli.produce;

import io.sluice.cli.platform.Problem;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.avro.generic.GenericRecord;

/** One record of an input, or why it is none. */
public sealed interface InputLine {

  /** The line at which the record begins, from 1. */
  long number();

  /** The bytes as they stand in the input, with the line end; null if they were not kept. */
  byte[] bytes();

  /** A record that fits the schema. */
  record Good(long number, GenericRecord value, byte[] bytes) implements InputLine {

    /** This line as a bad one, because the topic refuses its record. */
    Bad refused(Problem problem) {
      return new Bad(number, List.of(problem), bytes);
    }
  }

  /** A line that gives no record, with every problem that was found. */
  record Bad(long number, List<Problem> problems, byte[] bytes) implements InputLine {
    public Bad {
      problems = List.copyOf(problems);
    }

    /** All problems in one line. */
    public String reason() {
      return problems.stream().map(Problem::text).collect(Collectors.joining("; "));
    }
  }
}
