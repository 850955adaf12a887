package io.sluice.cli.operate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class CtrlCTest {

  @Test
  void theProcessEndsOnceTheErrorIsPrinted() {
    CtrlC watch = CtrlC.watch();
    CompletableFuture<Void> shutdown = CompletableFuture.runAsync(watch::await);
    Awaitility.await().until(watch::getAsBoolean);
    watch.close();
    assertThat(shutdown).isNotDone();
    CtrlC.release();
    assertThat(shutdown).succeedsWithin(3, TimeUnit.SECONDS);
  }
}
