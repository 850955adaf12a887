package io.sluice.job;

import io.sluice.definition.edit.TopicLife;
import io.sluice.definition.model.Pipeline;
import io.sluice.definition.model.View;
import io.sluice.delta.sink.ColumnClaims;
import io.sluice.delta.sink.DeltaSink;
import io.sluice.delta.sink.SinkBuilder;
import io.sluice.delta.upsert.DeltaUpsert;
import io.sluice.job.TableSpec.TableFence;
import io.sluice.runtime.ledger.AccountedOffsets;
import io.sluice.runtime.silver.SilverColumns;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.RowType;

/** The Delta tables of a pipeline, below the root of its lake. */
final class DeltaEdges {
  private final Pipeline pipeline;
  private final String lake;

  /**
   * @param lake absolute path or {@code file:} URI of the folder that holds the tables
   */
  DeltaEdges(Pipeline pipeline, String lake) {
    this.pipeline = pipeline;
    this.lake = lake;
  }

  /** Settles columns that the contract lacks, for silver and for the late tables behind it. */
  SilverColumns silverColumns(Pipeline.Source source) {
    String name = source.dataset().name();
    List<String> tables = new ArrayList<>(List.of(lake + "/silver/" + name));
    pipeline.gold().values().stream()
        .filter(view -> view.from().equals(name) && view instanceof View.Windowed)
        .forEach(view -> tables.add(lake + "/late/" + view.name()));
    return wanted -> settle(tables, wanted);
  }

  /** Tables of late events get the same columns; the one that takes least has the last word. */
  private static RowType settle(List<String> tables, RowType wanted) throws IOException {
    RowType settled = wanted;
    for (String table : tables) {
      settled = ColumnClaims.settle(table, settled);
    }
    return settled;
  }

  /** The offsets that the ledger's table accounts for. */
  AccountedOffsets accounted(Pipeline.Source source, TopicLife topic) {
    return new AccountedOffsets(
        source.topic(),
        LedgerPositions.read(lake, pipeline.name(), source.dataset().name(), topic));
  }

  /** An append that is compared with its table right away. */
  Sink<RowData> table(TableSpec table) {
    DeltaSink sink =
        with(table, DeltaSink.append(sinkId(table), path(table), table.rowType()))
            .strays(table.strays())
            .build();
    check(table, sink::checkTable);
    return sink;
  }

  /** Adds an upsert that is compared with its table right away. */
  void upsert(DataStream<RowData> rows, TableSpec table, Pipeline.Upsert how) {
    DeltaUpsert.Builder builder =
        with(table, DeltaUpsert.into(sinkId(table), path(table), table.rowType()))
            .key(how.key())
            .orderBy(how.orderBy())
            .indexClock(ArrivalIndexClock::ofOperator, TableFence.SILVER.arrival());
    how.indexRetain().ifPresent(builder::indexRetain);
    DeltaUpsert upsert = builder.build();
    check(table, upsert::checkTable);
    upsert.apply(rows, table.sinkId());
  }

  private static <B extends SinkBuilder<B>> B with(TableSpec table, B builder) {
    builder
        .partitionBy(table.partitionBy())
        .schemaChanges(table.changes().schemaPolicy())
        .metricsTable(table.path());
    if (!table.fence().arrival().isEmpty()) {
      builder.arrivalColumn(table.fence().arrival());
    }
    table.fence().fence().ifPresent(builder::fence);
    table.changes().newColumns().ifPresent(news -> builder.newColumns(news.rows(), news.field()));
    return builder;
  }

  private String sinkId(TableSpec table) {
    return TableOwner.sinkId(pipeline.name(), table.sinkId());
  }

  private String path(TableSpec table) {
    return lake + "/" + table.path();
  }

  private interface TableCheck {
    void run() throws IOException;
  }

  /**
   * A table that is another's or does not fit is found before the job starts, not by a job that
   * never runs.
   */
  private void check(TableSpec table, TableCheck check) {
    try {
      TableOwner.check(pipeline.name(), path(table));
      check.run();
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }
}
