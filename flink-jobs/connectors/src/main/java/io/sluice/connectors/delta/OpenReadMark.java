package io.sluice.connectors.delta;

import java.util.Objects;
import java.util.UUID;

/**
 * What the state of a source tells of its {@link OpenRead}.
 *
 * @param id empty when there is none: before the table was looked at, and once all is read
 * @param version the first whose files are needed
 */
record OpenReadMark(String id, long version) {

  static final OpenReadMark NONE = new OpenReadMark("", -1);

  OpenReadMark {
    Objects.requireNonNull(id, "id");
  }

  static OpenReadMark of(long version) {
    return new OpenReadMark(UUID.randomUUID().toString(), version);
  }

  boolean isOpen() {
    return !id.isEmpty();
  }
}
