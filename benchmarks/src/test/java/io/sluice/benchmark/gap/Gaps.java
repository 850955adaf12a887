package io.sluice.benchmark.gap;

import io.sluice.benchmark.gap.Outputs.Silence;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongBiFunction;

/** The pauses around some changes, and what they are together. */
final class Gaps {
  private final List<Long> begins = new ArrayList<>();
  private final List<Long> ends = new ArrayList<>();

  /** Something is changed now. */
  void begin() {
    begins.add(System.currentTimeMillis());
  }

  /** The change is over, and its pause too. */
  void end() {
    ends.add(System.currentTimeMillis());
  }

  /** When the last change began, in milliseconds since 1970. */
  long last() {
    return begins.get(begins.size() - 1);
  }

  /** From the last output before to the first one after, ascending. */
  List<Long> pauses(Outputs outputs) {
    return each(outputs, (begin, silence) -> silence.length());
  }

  /** From the change to the first output after it, ascending. */
  List<Long> delays(Outputs outputs) {
    return each(outputs, (begin, silence) -> silence.to() - begin);
  }

  private List<Long> each(Outputs outputs, ToLongBiFunction<Long, Silence> length) {
    List<Long> lengths = new ArrayList<>();
    for (int i = 0; i < ends.size(); i++) {
      Silence longest = outputs.longest(begins.get(i), ends.get(i));
      lengths.add(length.applyAsLong(begins.get(i), longest));
    }
    return lengths.stream().sorted().toList();
  }

  /**
   * The value below which a share of them lies.
   *
   * @param sorted not empty
   * @param percent 1 to 100
   */
  static long percentile(List<Long> sorted, int percent) {
    return sorted.get((int) Math.ceil(sorted.size() * percent / 100.0) - 1);
  }

  /** A line of a table. */
  static String line(String what, List<Long> sorted) {
    return "%-34s %4d %7d %7d %7d   %s%n"
        .formatted(
            what,
            sorted.size(),
            percentile(sorted, 50),
            percentile(sorted, 99),
            percentile(sorted, 100),
            sorted);
  }
}
