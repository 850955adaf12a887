package io.sluice.delta.s3;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;

/** The clock of a store. A store that cannot be asked ends in an {@link UncheckedIOException}. */
final class StoreClock extends Clock {

  private final S3Connection connection;
  private final S3Address address;
  private final ZoneId zone;

  StoreClock(S3Connection connection, S3Address address, ZoneId zone) {
    this.connection = connection;
    this.address = address;
    this.zone = zone;
  }

  @Override
  public ZoneId getZone() {
    return zone;
  }

  @Override
  public Clock withZone(ZoneId other) {
    return new StoreClock(connection, address, other);
  }

  @Override
  public long millis() {
    try {
      return connection.millis(address);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Instant instant() {
    return Instant.ofEpochMilli(millis());
  }
}
