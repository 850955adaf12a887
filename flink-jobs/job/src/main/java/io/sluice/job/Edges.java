package io.sluice.job;

import io.sluice.definition.edit.TopicLife;
import io.sluice.definition.model.Pipeline;
import io.sluice.runtime.aggregate.ViewLayout;
import io.sluice.runtime.decode.SchemaLookup;
import io.sluice.runtime.ledger.AccountedOffsets;
import io.sluice.runtime.reject.ViewRejects;
import io.sluice.runtime.silver.SilverColumns;
import io.sluice.runtime.stage.Backlog;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.table.data.RowData;

/**
 * The outside of a pipeline: where records come from and where rows go. The job's graph is the same
 * for real systems and for tests; only the edges differ.
 */
interface Edges {

  /** Raw records of one life of a topic. */
  Source<RowData, ?, ?> records(Pipeline.Source source, TopicLife topic);

  /** Which records wait behind the source that {@link #records} gives for the dataset. */
  Backlog backlog(Pipeline.Source source);

  /** Writers' schemas of a dataset. */
  SchemaLookup schemas(Pipeline.Source source);

  /** What the silver table of a dataset makes of columns that its contract lacks. */
  SilverColumns silverColumns(Pipeline.Source source);

  /** What the pipeline's ledger already accounts for of one life of a topic. */
  AccountedOffsets accounted(Pipeline.Source source, TopicLife topic);

  /** A table that only grows, exactly once. */
  Sink<RowData> table(TableSpec table);

  /** A table with one row per key, the newest, exactly once. */
  void upsert(DataStream<RowData> rows, TableSpec table, Pipeline.Upsert how);

  /** The topic of rejects, exactly once. */
  Sink<RowData> deadLetters(Pipeline.Source source);

  /**
   * A relational table that holds the newest version of every row of a view.
   *
   * @return the rows that it refuses for their content, as {@link ViewRejects}
   */
  DataStream<RowData> jdbc(DataStream<RowData> results, ViewLayout view, String uid);

  /**
   * A hash per key with the newest version of every row of a view.
   *
   * @return the rows that it refuses for their content, as {@link ViewRejects}
   */
  DataStream<RowData> redis(DataStream<RowData> results, ViewLayout view, String uid);
}
