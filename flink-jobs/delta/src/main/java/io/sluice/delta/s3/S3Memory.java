package io.sluice.delta.s3;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.flink.annotation.Internal;

/**
 * What a client remembers of objects, so that it need not ask: what it was told last, and the bytes
 * of those that never change. For several threads.
 */
@Internal
public final class S3Memory {

  private static final int MOST_OBJECTS = 10_000;
  private static final long MOST_BYTES = 32L << 20;

  /** A larger one would push too many out. */
  static final int MOST_BYTES_OF_ONE = 4 << 20;

  private static final long CLAIM_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final long TOLD_NANOS = TimeUnit.SECONDS.toNanos(60);

  /**
   * @param claimed whether this client has made it under a name that nobody had
   */
  private record Known(S3Object object, boolean claimed, long nanos) {}

  private record Entry(String etag, byte[] bytes) {}

  private final LongSupplier nanos;
  private final Map<S3Address, Known> objects =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<S3Address, Known> eldest) {
          return size() > MOST_OBJECTS;
        }
      };
  private final Map<S3Address, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);
  private long bytes;

  S3Memory(LongSupplier nanos) {
    this.nanos = nanos;
  }

  /**
   * The store has told of an object. Returns what callers are told: replies differ in their parts
   * of a second, and an object that has not changed keeps the time that it was first told with.
   */
  public synchronized S3Object told(S3Object object) {
    return remember(object, false);
  }

  /** This client has made an object under a name that was free. */
  public synchronized S3Object claimed(S3Object object) {
    return remember(object, true);
  }

  /** This client has written over what there was. */
  public synchronized S3Object overwritten(S3Object object) {
    Known before = objects.get(object.address());
    return put(before == null ? object : object.after(before.object), false);
  }

  /**
   * What callers are told of an object that the store has shown among many: as {@link #told}, but
   * it is not remembered.
   */
  public synchronized S3Object recognized(S3Object object) {
    Entry kept = entries.get(object.address());
    if (kept != null && !kept.etag().equals(object.etag())) {
      // Another table was made under the name.
      drop(object.address());
    }
    Known before = objects.get(object.address());
    return before != null && before.object.isSameAs(object) ? before.object : object;
  }

  private S3Object remember(S3Object object, boolean claimed) {
    Known before = objects.get(object.address());
    if (before == null) {
      return put(object, claimed);
    }
    return put(
        before.object.isSameAs(object) ? before.object : object.after(before.object), claimed);
  }

  private S3Object put(S3Object object, boolean claimed) {
    objects.put(object.address(), new Known(object, claimed, nanos.getAsLong()));
    return object;
  }

  /** What was told of an object last, however long ago. */
  public synchronized Optional<S3Object> known(S3Address address) {
    return Optional.ofNullable(objects.get(address)).map(Known::object);
  }

  /** What this client has made a moment ago: nobody takes such a name away at once. */
  public synchronized Optional<S3Object> justClaimed(S3Address address) {
    return Optional.ofNullable(objects.get(address))
        .filter(known -> known.claimed && isWithin(known, CLAIM_NANOS))
        .map(Known::object);
  }

  private boolean isWithin(Known known, long most) {
    return nanos.getAsLong() - known.nanos <= most;
  }

  public synchronized void forget(S3Address address) {
    objects.remove(address);
    drop(address);
  }

  /** Keeps the bytes of an object that never changes. They are not copied. */
  public synchronized void keep(S3Object object, byte[] content) {
    drop(object.address());
    if (!object.etag().isEmpty() && content.length <= MOST_BYTES_OF_ONE) {
      entries.put(object.address(), new Entry(object.etag(), content));
      bytes += content.length;
      for (Iterator<Entry> eldest = entries.values().iterator(); bytes > MOST_BYTES; ) {
        bytes -= eldest.next().bytes.length;
        eldest.remove();
      }
    }
  }

  private void drop(S3Address address) {
    Entry dropped = entries.remove(address);
    if (dropped != null) {
      bytes -= dropped.bytes.length;
    }
  }

  /**
   * The kept bytes, if the store has said within a minute that the object is still this one. A
   * table may be removed and another made under its name.
   */
  synchronized Optional<byte[]> current(S3Address address) {
    Known known = objects.get(address);
    Entry entry = entries.get(address);
    return known != null
            && entry != null
            && entry.etag.equals(known.object.etag())
            && isWithin(known, TOLD_NANOS)
        ? Optional.of(entry.bytes)
        : Optional.empty();
  }

  /** The tag of the kept bytes, to ask whether they still are the object's. */
  synchronized Optional<String> keptTag(S3Address address) {
    return Optional.ofNullable(entries.get(address)).map(Entry::etag);
  }

  /**
   * The kept bytes with this tag: the store has just said that the object still has it. Empty if
   * they were pushed out meanwhile.
   */
  synchronized Optional<byte[]> confirmed(S3Address address, String etag) {
    Known known = objects.get(address);
    if (known != null && known.object.etag().equals(etag)) {
      objects.put(address, new Known(known.object, known.claimed, nanos.getAsLong()));
    }
    return Optional.ofNullable(entries.get(address))
        .filter(entry -> entry.etag.equals(etag))
        .map(Entry::bytes);
  }
}
