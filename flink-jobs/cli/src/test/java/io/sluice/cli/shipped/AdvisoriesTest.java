package io.sluice.cli.shipped;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.cli.shipped.Advisories.Fault;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdvisoriesTest {

  @ParameterizedTest
  @CsvSource({
    "4.1.118.Final, true",
    "4.1.135.Final, false",
    "4.2.13.Final, true",
    "4.2.16.Final, false",
    "4.2.17.Final, false",
    "4.10.0.Final, false",
    "4.0.56.Final, true",
    "5.0.0.Alpha1, false",
    "4.1.100.Final-20.0, true"
  })
  void aVersionIsComparedWithTheFirstSafeOneOfItsLine(String version, boolean affected) {
    Fault fault = new Fault("netty-*", List.of("4.1.135.Final", "4.2.16.Final"));
    assertThat(fault.affects(new Library("job", "netty-common", version))).isEqualTo(affected);
  }

  @Test
  void aNameIsTheWholeNameOrItsBeginning() {
    Library library = new Library("job", "postgresql-extras", "1");
    assertThat(new Fault("postgresql", List.of("42")).affects(library)).isFalse();
    assertThat(new Fault("postgresql*", List.of("42")).affects(library)).isTrue();
  }
}
