package io.sluice.definition.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.sluice.definition.model.Pipeline.SchemaChanges;
import io.sluice.definition.model.Pipeline.SinkKind;
import io.sluice.definition.model.View.Running;
import io.sluice.definition.model.View.Windowed;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Views that cannot be are not built. */
class ViewTest {
  private static final Aggregate EVENTS =
      new Aggregate("events", Aggregate.Function.COUNT, null, ColumnType.Simple.LONG);
  private static final Window MINUTE =
      new Window.Tumbling(Duration.ofMinutes(1), Duration.ofSeconds(5));

  private static Windowed windowed(SinkKind... sinks) {
    return new Windowed(
        "v", "d", List.of("k"), MINUTE, List.of(EVENTS), Set.of(sinks), SchemaChanges.FAIL);
  }

  private static Running running(SinkKind... sinks) {
    return new Running("v", "d", List.of("k"), List.of(EVENTS), Set.of(sinks));
  }

  @Test
  void eachKindGoesWhereItsRowsFit() {
    assertThat(windowed(SinkKind.DELTA, SinkKind.JDBC).sinks()).hasSize(2);
    assertThat(running(SinkKind.REDIS, SinkKind.JDBC).sinks()).hasSize(2);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> windowed(SinkKind.REDIS))
        .withMessageContaining("view v cannot go to [REDIS]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> running(SinkKind.DELTA))
        .withMessageContaining("view v cannot go to [DELTA]");
  }

  @Test
  void windowsHaveALength() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Window.Tumbling(Duration.ofNanos(1), Duration.ZERO));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Window.Tumbling(Duration.ofMillis(1), Duration.ofMillis(-1)));
  }

  @Test
  void anOtherOrderOfAggregatesChangesNothingElse() {
    assertThat(windowed().withAggregates(List.of(EVENTS))).isEqualTo(windowed());
    assertThat(running().withAggregates(List.of(EVENTS))).isEqualTo(running());
  }

  @Test
  void asksForTheKind() {
    View view = windowed();
    assertThat((String) view.map(windowed -> "windowed", running -> "running"))
        .isEqualTo("windowed");
    view = running();
    assertThat((String) view.map(windowed -> "windowed", running -> "running"))
        .isEqualTo("running");
  }
}
