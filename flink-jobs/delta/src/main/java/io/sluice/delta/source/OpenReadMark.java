package io.sluice.delta.source;

import io.sluice.delta.storage.OpenRead;
import java.util.Objects;
import java.util.UUID;
import org.apache.flink.annotation.Internal;

/**
 * What the state of a source tells of its {@link OpenRead}.
 *
 * @param id empty when there is none: before the table was looked at, and once all is read
 * @param version the first whose files are needed
 */
@Internal
public record OpenReadMark(String id, long version) {

  static final OpenReadMark NONE = new OpenReadMark("", -1);

  public OpenReadMark {
    Objects.requireNonNull(id, "id");
  }

  static OpenReadMark of(long version) {
    return new OpenReadMark(UUID.randomUUID().toString(), version);
  }

  boolean isOpen() {
    return !id.isEmpty();
  }
}
