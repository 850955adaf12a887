package io.sluice.delta.storage;

import io.delta.kernel.utils.CloseableIterator;
import java.util.Iterator;
import java.util.List;
import org.apache.flink.annotation.Internal;

/** Iterators of Delta Kernel over what needs no closing. */
@Internal
public final class Iterators {

  private Iterators() {}

  /** An iterator whose close does nothing. */
  public static <T> CloseableIterator<T> closeable(Iterator<T> values) {
    return new CloseableIterator<>() {
      @Override
      public boolean hasNext() {
        return values.hasNext();
      }

      @Override
      public T next() {
        return values.next();
      }

      @Override
      public void close() {
        // There is nothing to close.
      }
    };
  }

  /** An iterator over one value. */
  public static <T> CloseableIterator<T> one(T value) {
    return closeable(List.of(value).iterator());
  }
}
