package io.sluice.cli.demo.trade;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.cli.command.DemoCommand;
import io.sluice.cli.demo.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/**
 * The demo's table in the README has the numbers of a demo without options. Windows are left out:
 * how many there are depends on the second at which it starts.
 */
class DocumentedDemoTest {
  private static final Path README = Path.of("..", "..", "README.md");
  private static final Pattern ROW =
      Pattern.compile("(?m)^ {2}(\\w.*?) {2,}([\\d,]+) +([\\d,]+) {2}ok$");

  /** Noon: all events are of one day. */
  private static final long START = 1_789_992_000_000_000L;

  private static Map<String, String> rows;
  private static ExpectedResults expected;

  @BeforeAll
  static void compute() throws IOException {
    rows = new LinkedHashMap<>();
    for (MatchResult row : ROW.matcher(Files.readString(README)).results().toList()) {
      assertThat(row.group(2)).as(row.group(1)).isEqualTo(row.group(3));
      rows.put(row.group(1), row.group(2));
    }
    expected = results();
  }

  private static ExpectedResults results() {
    var options = new CommandLine(new DemoCommand()).getCommandSpec();
    int count = Integer.parseInt(options.findOption("--events").defaultValue());
    long rate = Long.parseLong(options.findOption("--rate").defaultValue());
    long seed = Long.parseLong(options.findOption("--seed").defaultValue());
    double dirty = Double.parseDouble(options.findOption("--dirty").defaultValue());
    var events = new DemoEvents(count);
    var generator = new TradeGenerator(new TradeMix(count, dirty, seed), seed, 1, events);
    long[] offsets = new long[Topics.PARTITIONS];
    for (int event = 0; event < count; event++) {
      byte[] key = generator.next(START + event * 1_000_000 / rate).key();
      int partition = Math.floorMod(Arrays.hashCode(key), Topics.PARTITIONS);
      events.acknowledge(event, partition, offsets[partition]++);
    }
    return Oracle.compute(events, Topics.PARTITIONS);
  }

  private static void assertRow(String name, long number) {
    assertThat(rows).as("README.md, the demo's table").containsEntry(name, "%,d".formatted(number));
  }

  @Test
  void everyTradeIsInItsRow() {
    assertRow("produced", expected.acked());
    assertRow("acknowledged", expected.acked());
    assertRow("bronze rows", expected.bronze().size());
    assertRow("silver rows", expected.silver().size());
    assertRow("duplicates", expected.duplicates());
    assertRow("late events", expected.late());
    assertRow("ledger consumed", expected.acked());
    assertRow("Redis position_by_book", expected.positions().size());
  }

  @Test
  void everyRuleThatRejectsHasARow() {
    assertThat(expected.rejected()).isNotEmpty();
    expected.rejected().forEach((rule, number) -> assertRow("rejected, " + rule, number));
    assertThat(rows.keySet().stream().filter(name -> name.startsWith("rejected, ")))
        .hasSameSizeAs(expected.rejected().keySet());
    assertRow("rejected", expected.rejectedTotal());
    assertRow("dead-letter topic", expected.rejectedTotal());
  }
}
