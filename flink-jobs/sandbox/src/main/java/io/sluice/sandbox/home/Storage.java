package io.sluice.sandbox.home;

import java.util.Locale;

/** Where a home keeps the tables, and the checkpoints and savepoints of its jobs. */
public enum Storage {
  /** In folders of the home. */
  DISK("in folders of its own"),
  /** In a bucket of an object store of its own. */
  S3("in an object store");

  private final String place;

  Storage(String place) {
    this.place = place;
  }

  /** As it is chosen: "disk", "s3". */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** As it reads within a sentence. */
  String place() {
    return place;
  }
}
