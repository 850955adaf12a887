package io.sluice.sandbox.secrets;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What of a shell's environment reaches the servers. */
class CleanEnvironmentTest {

  @Test
  void keepsWhatServersNeedAndWhatTheOperatorListed() {
    Map<String, String> environment = new HashMap<>();
    for (String name :
        List.of(
            "PATH", "HOME", "LANG", "LC_ALL", "TZ", "JAVA_HOME", "SLUICE_KAFKA", "CITY_PASSWORD")) {
      environment.put(name, "x");
    }
    environment.put("SLUICE_ALLOWED_ENV", "CITY_PASSWORD, OTHER");
    Map<String, String> wanted = Map.copyOf(environment);
    for (String name :
        List.of(
            "AWS_SECRET_ACCESS_KEY",
            "GITHUB_TOKEN",
            "JAVA_TOOL_OPTIONS",
            "LD_PRELOAD",
            "PATHS",
            "SSH_AUTH_SOCK",
            "FLINK_ENV_JAVA_OPTS",
            "KAFKA_OPTS",
            "PGPASSWORD",
            "")) {
      environment.put(name, "canary");
    }
    CleanEnvironment.apply(environment);
    assertThat(environment).isEqualTo(wanted);
  }
}
