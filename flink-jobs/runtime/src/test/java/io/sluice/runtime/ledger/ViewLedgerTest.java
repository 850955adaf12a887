package io.sluice.runtime.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.flink.table.data.RowData;
import org.junit.jupiter.api.Test;

class ViewLedgerTest {
  private static final Map<String, Integer> BY_SHOP = Map.of("by_shop", 0);

  private static ViewLedger begun() {
    return new ViewLedger(BY_SHOP, false, List.of());
  }

  /** What is kept after ten events, of which one is late and seven are in open windows. */
  private static List<RowData> state() {
    ViewLedger ledger = begun();
    close(ledger, "by_shop", ViewLedgerTest::tenEvents);
    return ledger.state();
  }

  private static void tenEvents(ViewCounts counts) {
    for (int event = 0; event < 10; event++) {
      counts.taken();
    }
    counts.late();
    counts.counted(2);
    counts.open(7);
  }

  private static List<String> close(ViewLedger ledger, String view, Consumer<ViewCounts> events) {
    StageCounts reported = new StageCounts();
    events.accept(reported.view(view));
    StageCounts received = new StageCounts();
    received.add(reported.toRow());
    return text(ledger.close(received.views()));
  }

  private static List<String> nothing(ViewLedger ledger) {
    return text(ledger.close(new HashMap<>()));
  }

  private static List<String> text(List<ViewLedger.Line> lines) {
    return lines.stream()
        .map(
            line -> {
              RowData counts = line.counts().toRow();
              return "%s taken %d late %d rejected %d left out %d counted %d open %d gap %d"
                  .formatted(
                      line.view(),
                      counts.getLong(0),
                      counts.getLong(1),
                      counts.getLong(2),
                      counts.getLong(3),
                      counts.getLong(4),
                      line.open(),
                      line.gap());
            })
        .toList();
  }

  @Test
  void aCheckpointAccountsForWhatWasOpenAndWhatWasTaken() {
    ViewLedger ledger = begun();
    assertThat(close(ledger, "by_shop", ViewLedgerTest::tenEvents))
        .containsExactly("by_shop taken 10 late 1 rejected 0 left out 0 counted 2 open 7 gap 0");
    assertThat(nothing(ledger)).isEmpty();
    assertThat(
            close(
                ledger,
                "by_shop",
                counts -> {
                  counts.counted(4);
                  counts.rejected(1);
                  counts.open(-5);
                }))
        .containsExactly("by_shop taken 0 late 0 rejected 1 left out 0 counted 4 open 2 gap 0");
  }

  @Test
  void anEventThatNobodyAccountsForIsAGapOnce() {
    ViewLedger ledger = begun();
    assertThat(
            close(
                ledger,
                "by_shop",
                counts -> {
                  counts.taken();
                  counts.taken();
                  counts.open(1);
                }))
        .containsExactly("by_shop taken 2 late 0 rejected 0 left out 0 counted 0 open 1 gap 1");
    assertThat(close(ledger, "by_shop", ViewCounts::late))
        .as("an event that is counted twice")
        .containsExactly("by_shop taken 0 late 1 rejected 0 left out 0 counted 0 open 1 gap -1");
  }

  @Test
  void windowsThatARestoreDidNotFindAreAGapOfTheNextCheckpoint() {
    ViewLedger whole = new ViewLedger(BY_SHOP, true, state());
    assertThat(close(whole, "by_shop", counts -> counts.open(7))).as("all found").isEmpty();

    ViewLedger some = new ViewLedger(BY_SHOP, true, state());
    assertThat(close(some, "by_shop", counts -> counts.open(3)))
        .containsExactly("by_shop taken 0 late 0 rejected 0 left out 0 counted 0 open 3 gap 4");

    ViewLedger none = new ViewLedger(BY_SHOP, true, state());
    assertThat(nothing(none))
        .containsExactly("by_shop taken 0 late 0 rejected 0 left out 0 counted 0 open 0 gap 7");
    assertThat(nothing(none)).isEmpty();
  }

  @Test
  void theEventsOfAViewThatBeganAnewOrIsGoneAreLeftOut() {
    ViewLedger anew = new ViewLedger(Map.of("by_shop", 1), true, state());
    assertThat(
            close(
                anew,
                "by_shop",
                counts -> {
                  counts.taken();
                  counts.open(1);
                }))
        .containsExactly("by_shop taken 1 late 0 rejected 0 left out 7 counted 0 open 1 gap 0");

    ViewLedger gone = new ViewLedger(Map.of(), true, state());
    assertThat(nothing(gone))
        .containsExactly("by_shop taken 0 late 0 rejected 0 left out 7 counted 0 open 0 gap 0");
    assertThat(nothing(gone)).isEmpty();
    assertThat(gone.state()).isEmpty();
  }

  @Test
  void aViewThatIsAddedBeginsWithNothing() {
    ViewLedger ledger = new ViewLedger(Map.of("by_shop", 0, "by_day", 1), true, state());
    assertThat(
            close(
                ledger,
                "by_day",
                counts -> {
                  counts.taken();
                  counts.leftOut(1);
                }))
        .containsExactly(
            "by_day taken 1 late 0 rejected 0 left out 1 counted 0 open 0 gap 0",
            "by_shop taken 0 late 0 rejected 0 left out 0 counted 0 open 0 gap 7");
  }

  @Test
  void stateOfAnOlderVersionDoesNotSayWhatWasOpen() {
    ViewLedger ledger = new ViewLedger(BY_SHOP, true, List.of());
    assertThat(
            close(
                ledger,
                "by_shop",
                counts -> {
                  counts.counted(2);
                  counts.open(5);
                }))
        .containsExactly("by_shop taken 0 late 0 rejected 0 left out 0 counted 2 open 5 gap 0");
    assertThat(close(ledger, "by_shop", counts -> counts.counted(1)))
        .containsExactly("by_shop taken 0 late 0 rejected 0 left out 0 counted 1 open 5 gap -1");
  }
}
