package io.sluice.delta.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class S3SettingsTest {

  private static S3Settings of(String... variables) {
    Map<String, String> environment = new HashMap<>();
    for (int i = 0; i < variables.length; i += 2) {
      environment.put(variables[i], variables[i + 1]);
    }
    return S3Settings.of(environment);
  }

  @Test
  void withoutVariablesItIsAws() {
    S3Settings settings = of();
    assertThat(settings.endpoint()).isEmpty();
    assertThat(settings.region()).isEmpty();
    assertThat(settings.pathStyle()).isFalse();
    assertThat(settings).hasToString("AWS S3");
    assertThat(of("AWS_REGION", "eu-west-3")).hasToString("AWS S3 in eu-west-3");
  }

  @Test
  void anEndpointOfOnesOwnNeedsNothingElse() {
    S3Settings settings = of("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:9000");
    assertThat(settings.endpoint()).contains(URI.create("http://127.0.0.1:9000"));
    assertThat(settings.region()).contains("us-east-1");
    assertThat(settings.pathStyle()).isTrue();
    assertThat(settings).hasToString("http://127.0.0.1:9000, path style");
  }

  @Test
  void theEndpointOfS3WinsOverThatOfAllServices() {
    assertThat(of("AWS_ENDPOINT_URL", "http://a", "AWS_ENDPOINT_URL_S3", "http://b").endpoint())
        .contains(URI.create("http://b"));
    assertThat(of("AWS_ENDPOINT_URL", "http://a", "AWS_ENDPOINT_URL_S3", " ").endpoint())
        .contains(URI.create("http://a"));
  }

  @Test
  void pathStyleIsForOthersThanAws() {
    String aws = "https://s3.eu-west-3.amazonaws.com";
    assertThat(of("AWS_ENDPOINT_URL", aws).pathStyle()).isFalse();
    assertThat(of("AWS_ENDPOINT_URL", aws, "SLUICE_S3_PATH_STYLE", "true").pathStyle()).isTrue();
    assertThat(of("AWS_ENDPOINT_URL", "http://a", "SLUICE_S3_PATH_STYLE", "false").pathStyle())
        .isFalse();
  }

  @Test
  void equalSettingsShareAClient() {
    S3Settings one = of("AWS_ENDPOINT_URL", "http://127.0.0.1:1");
    assertThat(S3Access.shared(one))
        .isSameAs(S3Access.shared(of("AWS_ENDPOINT_URL", "http://127.0.0.1:1")))
        .isNotSameAs(S3Access.shared(of("AWS_ENDPOINT_URL", "http://127.0.0.1:2")));
  }

  @Test
  void systemPropertiesWinAsInTheSdk() {
    System.setProperty("aws.endpointUrlS3", "http://127.0.0.1:3");
    System.setProperty("aws.region", "eu-north-1");
    try {
      assertThat(S3Settings.ofProcess().endpoint()).contains(URI.create("http://127.0.0.1:3"));
      assertThat(S3Settings.ofProcess().region()).contains("eu-north-1");
    } finally {
      System.clearProperty("aws.endpointUrlS3");
      System.clearProperty("aws.region");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "host:9000",
        "ftp://host",
        "http://",
        "http://user:secret@host",
        "http://host?secret",
        "http://se cret"
      })
  void anEndpointThatIsNoneIsRefusedWithoutShowingIt(String endpoint) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> of("AWS_ENDPOINT_URL", endpoint))
        .withMessageStartingWith("The endpoint of the object store")
        .satisfies(refusal -> assertThat(refusal.getMessage()).doesNotContain("secret", "se cret"))
        .withNoCause();
  }

  @Test
  void otherValuesThatAreNoneAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> of("SLUICE_S3_PATH_STYLE", "yes"))
        .withMessage("The value 'yes' of SLUICE_S3_PATH_STYLE must be true or false");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> of("AWS_REGION", "Frankfurt am Main"))
        .withMessage(
            "The region 'Frankfurt am Main' in AWS_REGION is none. Write it as eu-central-1");
    Duration second = Duration.ofSeconds(1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new S3Settings.Limits(second, second, second, 0));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new S3Settings.Limits(Duration.ZERO, second, second, 1));
  }

  @Test
  void withoutARegionNothingIsReached() {
    // Else the SDK would ask the machine's metadata service.
    System.setProperty("aws.disableEc2Metadata", "true");
    try {
      S3Settings nothing = of();
      assertThatThrownBy(() -> S3Access.shared(nothing))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContainingAll("no region is set", "AWS_REGION", "AWS_ENDPOINT_URL_S3");
    } finally {
      System.clearProperty("aws.disableEc2Metadata");
    }
  }
}
