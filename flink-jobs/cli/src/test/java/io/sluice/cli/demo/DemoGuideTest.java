package io.sluice.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.cli.text.Installation;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DemoGuideTest {
  private static DemoOptions options(long rate, boolean prefill, boolean exit) {
    return new DemoOptions(100_000, rate, 42, 0.02, prefill, exit, Optional.empty());
  }

  @Test
  void countsTheStepsInTheOrderInWhichTheyAreTaken() {
    var live = new DemoGuide(options(2_000, false, false), Installation.DOCUMENTED, "");
    assertThat(live.opening()).startsWith("100,000 made-up trades, 2 % of them faulty on purpose");
    assertThat(live.servers()).startsWith("1/5  Starting the servers.");
    assertThat(live.schema()).startsWith("2/5  Registering");
    assertThat(live.pipeline()).startsWith("3/5  Starting the pipeline");
    assertThat(live.sending())
        .startsWith("4/5  Sending 100,000 trades, 2,000 per second, which takes 50 s.")
        .contains("measured after the first 25 s");
    assertThat(live.comparing()).startsWith("5/5  Waiting");
  }

  @Test
  void announcesAWarmUpOnlyWhereThereIsOne() {
    assertThat(new DemoGuide(options(0, false, false), Installation.DOCUMENTED, "").sending())
        .isEqualTo("1/5  Sending 100,000 trades as fast as possible.");
    assertThat(new DemoGuide(options(2_000, true, false), Installation.DOCUMENTED, "").sending())
        .isEqualTo("1/5  Sending 100,000 trades to Kafka, before the pipeline starts.");
  }

  @Test
  void pointsAtWhatIsStillThere() {
    assertThat(
            new DemoGuide(options(2_000, false, false), Installation.DOCUMENTED, " --home 'a b'")
                .afterwards(false))
        .contains(
            "Ctrl-C",
            "./sluice status --home 'a b'\n",
            "\n  ./sluice table show gold/exposure_by_book_1m --home 'a b'\n",
            "\n  ./sluice query \"",
            "\n  ./sluice ui market-risk --home 'a b'");
    assertThat(
            new DemoGuide(options(2_000, false, true), Installation.DOCUMENTED, "")
                .afterwards(false))
        .startsWith("The tables stay.")
        .contains("\n  ./sluice table show gold/exposure_by_book_1m\n")
        .doesNotContain("Ctrl-C", "status", "sluice ui");
  }

  @Test
  void writesSharesWithoutZeros() {
    var many = new DemoOptions(100, 1, 1, 0.125, false, false, Optional.empty());
    assertThat(new DemoGuide(many, Installation.DOCUMENTED, "").opening())
        .contains("100 made-up trades, 12.5 % of them");
  }
}
