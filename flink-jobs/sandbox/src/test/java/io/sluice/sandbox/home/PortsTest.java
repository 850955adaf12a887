package io.sluice.sandbox.home;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.sandbox.process.FreePorts;
import io.sluice.sandbox.process.SandboxException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import org.junit.jupiter.api.Test;

class PortsTest {

  @Test
  void replacesNamedPorts() {
    Ports ports = Ports.standard().with(List.of("kafka=29092", "flink=0"));
    assertThat(ports.kafka()).isEqualTo(29092);
    assertThat(ports.flink()).isZero();
    assertThat(ports.redis()).isEqualTo(Ports.standard().redis());
  }

  @Test
  void allCanBeAnyFreeOnesButForSome() {
    assertThat(Ports.standard().with(List.of("all=0"))).isEqualTo(Ports.anyFree());
    assertThat(Ports.standard().with(List.of("all=0", "redis=1")))
        .isEqualTo(Ports.anyFree().with(List.of("redis=1")));
  }

  @Test
  void saysWhatIsWrongWithASetting() {
    assertThatThrownBy(() -> Ports.standard().with(List.of("kafak=1")))
        .isInstanceOf(SandboxException.class)
        .hasMessageContaining("no port named 'kafak'")
        .hasMessageContaining("kafka, kafkaController, registry");
    assertThatThrownBy(() -> Ports.standard().with(List.of("kafka=many")))
        .hasMessageContaining("'kafka=many' gives no port number");
    assertThatThrownBy(() -> Ports.standard().with(List.of("kafka=70000")))
        .hasMessageContaining("70000 does not exist");
  }

  @Test
  void fillsZerosWithDifferentFreePorts() {
    Ports ports = Ports.anyFree().with(List.of("redis=16379")).resolved();
    assertThat(ports.redis()).isEqualTo(16379);
    assertThat(
            List.of(
                ports.kafka(),
                ports.kafkaController(),
                ports.registry(),
                ports.postgres(),
                ports.flink(),
                ports.flinkRpc()))
        .doesNotHaveDuplicates()
        .doesNotContain(0);
  }

  @Test
  void knowsATakenPort() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThat(FreePorts.isFree(taken.getLocalPort())).isFalse();
    }
  }
}
