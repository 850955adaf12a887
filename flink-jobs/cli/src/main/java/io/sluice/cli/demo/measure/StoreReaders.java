package io.sluice.cli.demo.measure;

import io.sluice.cli.demo.trade.ExpectedResults;
import io.sluice.cli.platform.Endpoints;

/** The connections through which a demo reads every store; none of them is the job's. */
public final class StoreReaders implements AutoCloseable {
  private final DataFiles files = new DataFiles();
  private final Names.Tables tables;
  private final LakeFindings lake;
  private final RedisPositions redis;
  private final JdbcExposures jdbc;
  private final DeadLetters deadLetters;

  public StoreReaders(Endpoints at) {
    tables = Names.Tables.under(at.lake());
    lake = new LakeFindings(tables);
    deadLetters = new DeadLetters(at.kafka());
    redis = new RedisPositions(at.redis());
    jdbc = new JdbcExposures(at.jdbc());
  }

  public DataFiles files() {
    return files;
  }

  Names.Tables tables() {
    return tables;
  }

  RedisPositions redis() {
    return redis;
  }

  public Coverage coverage(ExpectedResults expected) {
    return Coverage.of(expected, tables, files, redis, jdbc);
  }

  /** Reads everything. */
  public Findings read(long produced, long acked) {
    return new Findings(
        produced,
        acked,
        lake.bronze(),
        lake.silver(),
        lake.rejected(),
        deadLetters.byRule(),
        lake.late(),
        lake.ledger(),
        lake.gold(),
        redis.positions(),
        jdbc.exposures());
  }

  @Override
  public void close() {
    redis.close();
    jdbc.close();
  }
}
