package io.sluice.runtime.stage;

import java.io.IOException;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.runtime.state.AbstractKeyedStateBackend;
import org.apache.flink.runtime.state.KeyedStateBackendParametersImpl;
import org.apache.flink.runtime.state.StateBackendFactory;
import org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend;

/**
 * Flink's RocksDB backend, whose times to live are told by an {@link ArrivalClock} instead of the
 * processing clock. Its state and its options are those of RocksDB.
 */
public final class ArrivalTimeBackend extends EmbeddedRocksDBStateBackend {
  private static final long serialVersionUID = 1L;

  /** With the options of Flink's defaults, to be configured. */
  public ArrivalTimeBackend() {
    setRocksDBOptions(new LogsBesideData());
  }

  private ArrivalTimeBackend(
      ArrivalTimeBackend original, ReadableConfig configuration, ClassLoader classLoader) {
    super(original, configuration, classLoader);
  }

  @Override
  public ArrivalTimeBackend configure(ReadableConfig configuration, ClassLoader classLoader) {
    return new ArrivalTimeBackend(this, configuration, classLoader);
  }

  @Override
  public <K> AbstractKeyedStateBackend<K> createKeyedStateBackend(
      KeyedStateBackendParameters<K> parameters) throws IOException {
    return super.createKeyedStateBackend(
        new KeyedStateBackendParametersImpl<>(parameters).setTtlTimeProvider(ArrivalClock.make()));
  }

  /** What {@code state.backend.type} names. */
  public static final class Factory implements StateBackendFactory<ArrivalTimeBackend> {
    @Override
    public ArrivalTimeBackend createFromConfig(
        ReadableConfig configuration, ClassLoader classLoader) {
      return new ArrivalTimeBackend().configure(configuration, classLoader);
    }
  }
}
