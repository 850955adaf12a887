package io.sluice.cli.platform;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.sluice.cli.text.CommandFailure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Stores that cannot be asked. */
class SandboxViewsTest {
  private static SandboxViews views(String redis, String jdbc) {
    return new SandboxViews(
        new Endpoints("", "", redis, jdbc, "", "", Optional.empty(), Path.of("")),
        Duration.ofSeconds(1));
  }

  @Test
  void serversThatTakeConnectionsAndSayNothingAreGivenUp() throws IOException {
    // The kernel takes the connections; nobody ever answers.
    try (ServerSocket mute = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      String place = "127.0.0.1:" + mute.getLocalPort();
      try (SandboxViews views =
          views("redis://" + place, "jdbc:postgresql://" + place + "/x?user=x")) {
        assertTimeoutPreemptively(Duration.ofSeconds(30), () -> refusesBoth(views));
      }
    }
  }

  private static void refusesBoth(SandboxViews views) {
    assertThatThrownBy(() -> views.markTable("fares"))
        .isInstanceOf(CommandFailure.class)
        .hasMessageStartingWith("PostgreSQL cannot be asked: ");
    assertThatThrownBy(() -> views.markHashes("sluice:fares:"))
        .isInstanceOf(CommandFailure.class)
        .hasMessageStartingWith("Redis cannot be asked: ");
  }

  @Test
  void anAddressThatIsNoneIsNotShown() {
    for (String address :
        new String[] {
          "redis://:canary@", "redis://u:ca nary@x:1", "redis://canary/@x:1", "canary", ""
        }) {
      try (SandboxViews views = views(address, "")) {
        assertThatThrownBy(() -> views.hashesId("sluice:fares:"))
            .isInstanceOf(CommandFailure.class)
            .hasMessage("Redis cannot be asked: its address is not redis://HOST:PORT");
      }
    }
    for (String address :
        new String[] {
          "jdbc:postgres://x/y?user=u&password=canary", "postgresql://u:canary@x/y", "canary", ""
        }) {
      try (SandboxViews views = views("", address)) {
        assertThatThrownBy(() -> views.tableId("fares"))
            .isInstanceOf(CommandFailure.class)
            .hasMessageStartingWith("PostgreSQL cannot be asked: the JDBC URL must look like ")
            .hasMessageNotContaining("canary");
      }
    }
  }
}
