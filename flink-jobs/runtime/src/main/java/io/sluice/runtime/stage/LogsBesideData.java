package io.sluice.runtime.stage;

import java.util.Collection;
import org.apache.flink.state.rocksdb.RocksDBOptionsFactory;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.DBOptions;

/**
 * Keeps the log of a RocksDB database in the folder of the database, with which it goes. In a
 * folder for logs, its name is the whole path of the database: when a job goes on with another
 * number of tasks, Flink opens databases in folders below folders, and a name of more than 255
 * bytes ends the job.
 */
final class LogsBesideData implements RocksDBOptionsFactory {
  private static final long serialVersionUID = 1L;

  @Override
  public DBOptions createDBOptions(DBOptions options, Collection<AutoCloseable> handlesToClose) {
    return options.setDbLogDir("");
  }

  @Override
  public ColumnFamilyOptions createColumnOptions(
      ColumnFamilyOptions options, Collection<AutoCloseable> handlesToClose) {
    return options;
  }
}
