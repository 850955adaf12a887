package io.sluice.testkit.prometheus;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The rules of a PrometheusRule with all times divided by one number, so that a failure of minutes
 * shows in seconds: windows in brackets, {@code for}, {@code interval}, and the numbers that a
 * metric of seconds is compared with. Shares, counts and everything else stay as they are shipped.
 */
public final class ShortenedRules {
  private static final Pattern TIME =
      Pattern.compile("(?<=\\[|for: |interval: )(\\d+)([smh])(?=\\]|\\R|$)");
  private static final Pattern SECONDS =
      Pattern.compile("(?<=_seconds:max > )((?:bool )?)(\\d+)\\b");
  private static final Pattern ALERT = Pattern.compile("- alert: (\\w+)");

  private final String text;
  private final int divisor;

  private ShortenedRules(String text, int divisor) {
    this.text = text;
    this.divisor = divisor;
  }

  /**
   * Reads the resource.
   *
   * @param divisor 1 leaves all times as they are
   */
  public static ShortenedRules of(Path resource, int divisor) throws IOException {
    List<String> lines = Files.readAllLines(resource);
    String groups =
        lines.subList(lines.indexOf("spec:") + 1, lines.size()).stream()
            .map(line -> line.replaceFirst("^  ", ""))
            .collect(Collectors.joining("\n", "", "\n"));
    return new ShortenedRules(groups, divisor);
  }

  /** A time of the rules as it is in this copy. */
  public Duration shortened(Duration time) {
    return time.dividedBy(divisor);
  }

  /** The names of all alerts. */
  public Set<String> alerts() {
    return ALERT
        .matcher(text)
        .results()
        .map(alert -> alert.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** The content of a file of rules. */
  String file() {
    String times = TIME.matcher(text).replaceAll(this::time);
    return SECONDS.matcher(times).replaceAll(this::seconds);
  }

  private String time(MatchResult found) {
    Duration whole = Duration.parse("PT" + found.group(1) + found.group(2));
    return shortened(whole).toMillis() + "ms";
  }

  private String seconds(MatchResult found) {
    return found.group(1) + Double.parseDouble(found.group(2)) / divisor;
  }
}
