package io.sluice.cli.produce;

import org.apache.avro.generic.GenericRecord;

/** One record of an input file, or why it is none. */
public sealed interface InputLine {

  /** The line at which the record begins, from 1. */
  long number();

  /** A record that fits the schema. */
  record Good(long number, GenericRecord value) implements InputLine {}

  /** A line that gives no record, with every reason that was found. */
  record Bad(long number, String reason) implements InputLine {}
}
