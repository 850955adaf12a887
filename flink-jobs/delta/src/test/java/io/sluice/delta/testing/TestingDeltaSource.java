package io.sluice.delta.testing;

import io.sluice.delta.source.DeltaSource;
import io.sluice.delta.source.DeltaSourceBuilder;
import io.sluice.delta.source.DeltaSourceState;
import io.sluice.delta.source.DeltaSplit;
import io.sluice.delta.source.DeltaSplitReader;
import io.sluice.delta.source.ReadPlan;
import io.sluice.delta.storage.TableStorage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.connector.base.source.reader.RecordsWithSplitIds;
import org.apache.flink.connector.base.source.reader.splitreader.SplitsAddition;
import org.apache.flink.table.data.RowData;

/** Drives a source outside of any job, with one reader. */
public final class TestingDeltaSource {

  private final DeltaSource source;
  public final TestingEnumeratorContext context = new TestingEnumeratorContext();
  public final SplitEnumerator<DeltaSplit, DeltaSourceState> enumerator;
  private int taken;

  public TestingDeltaSource(DeltaSource source) throws Exception {
    this(source, null);
  }

  /**
   * @param state null to start without
   */
  public TestingDeltaSource(DeltaSource source, DeltaSourceState state) throws Exception {
    this.source = source;
    enumerator =
        state == null ? source.createEnumerator(context) : source.restoreEnumerator(context, state);
    enumerator.start();
    context.register(0);
  }

  /** Looks at the table and takes all splits there are now. */
  public List<DeltaSplit> splits() {
    context.tick();
    List<DeltaSplit> splits = new ArrayList<>();
    for (enumerator.handleSplitRequest(0, null);
        taken < context.assigned.size();
        enumerator.handleSplitRequest(0, null)) {
      splits.addAll(context.assigned.subList(taken, context.assigned.size()));
      taken = context.assigned.size();
    }
    return splits;
  }

  /** Looks at the table and reads what there is now. */
  public List<Map<String, Object>> read() throws IOException {
    return read(splits());
  }

  public List<Map<String, Object>> read(List<DeltaSplit> splits) throws IOException {
    List<Map<String, Object>> rows = new ArrayList<>();
    DeltaSplitReader reader = reader();
    try {
      reader.handleSplitsChanges(new SplitsAddition<>(splits));
      for (int finished = 0; finished < splits.size(); ) {
        RecordsWithSplitIds<RowData> found = reader.fetch();
        while (found.nextSplit() != null) {
          for (RowData row = found.nextRecordFromSplit();
              row != null;
              row = found.nextRecordFromSplit()) {
            rows.add(TestingRows.plain(source.rowType(), row));
          }
        }
        finished += found.finishedSplits().size();
      }
    } finally {
      reader.close();
    }
    return rows;
  }

  private DeltaSplitReader reader() {
    ReadPlan plan = source.plan();
    return new DeltaSplitReader(TableStorage.of(plan.table()), plan.schema());
  }

  /** The rows of a bounded source. */
  public static List<Map<String, Object>> rows(DeltaSource source) throws Exception {
    return new TestingDeltaSource(source).read();
  }

  public static List<Map<String, Object>> rows(DeltaSourceBuilder<?> source) throws Exception {
    return rows(source.build());
  }
}
