package io.sluice.delta.s3;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.flink.annotation.Internal;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;

/**
 * How an object store is reached. Taken from the environment of the process, because a file, a log,
 * a checkpoint or a table would keep it.
 *
 * @param endpoint the store's address; empty for AWS
 * @param region what requests are signed for; empty to ask the AWS SDK
 * @param pathStyle whether the bucket stands in the path instead of the host name
 * @param credentials asked for each request; never shown
 * @param limits how long a request may take
 * @param interceptors see each request, for tests that count them
 */
@Internal
public record S3Settings(
    Optional<URI> endpoint,
    Optional<String> region,
    boolean pathStyle,
    AwsCredentialsProvider credentials,
    Limits limits,
    List<ExecutionInterceptor> interceptors) {

  /** The SDK's own name of the endpoint of S3; it wins over that of all services. */
  public static final String ENDPOINT_S3 = "AWS_ENDPOINT_URL_S3";

  /** The SDK's own name of the endpoint of all services. */
  public static final String ENDPOINT = "AWS_ENDPOINT_URL";

  /** The SDK's own name of the region. */
  public static final String REGION = "AWS_REGION";

  /** {@code true} or {@code false}; without it, path style is used with every store but AWS. */
  public static final String PATH_STYLE = "SLUICE_S3_PATH_STYLE";

  /** Stores that have no regions take this one. */
  private static final String ANY_REGION = "us-east-1";

  /** As in the SDK, a system property wins over the variable. */
  private static final Map<String, String> PROPERTIES =
      Map.of(
          "aws.endpointUrlS3", ENDPOINT_S3,
          "aws.endpointUrl", ENDPOINT,
          "aws.region", REGION);

  /** One for all, so that equal settings share one client. */
  private static final class Default {
    static final AwsCredentialsProvider CREDENTIALS = DefaultCredentialsProvider.builder().build();
  }

  /**
   * How long a request may take.
   *
   * @param silence the longest time without a connection or a byte
   * @param attempt of one attempt
   * @param call of all attempts of a request and the pauses in between
   * @param attempts the most of them, at least 1
   */
  public record Limits(Duration silence, Duration attempt, Duration call, int attempts) {

    /** Ends a commit on a store that hangs within a minute. 8 MB need 280 KB/s. */
    public static final Limits DEFAULT =
        new Limits(Duration.ofSeconds(10), Duration.ofSeconds(30), Duration.ofSeconds(60), 6);

    public Limits {
      if (attempts < 1) {
        throw new IllegalArgumentException("A request needs an attempt, not " + attempts);
      }
      for (Duration limit : List.of(silence, attempt, call)) {
        if (limit.isNegative() || limit.isZero()) {
          throw new IllegalArgumentException("A limit of a request must be positive, not " + limit);
        }
      }
    }
  }

  public S3Settings {
    Objects.requireNonNull(credentials, "credentials");
    Objects.requireNonNull(limits, "limits");
    endpoint.ifPresent(S3Settings::check);
    if (region.isPresent() && !region.get().matches("[A-Za-z0-9-]{1,64}")) {
      throw new IllegalArgumentException(
          "The region '%s' in %s is none. Write it as eu-central-1"
              .formatted(region.get(), REGION));
    }
    interceptors = List.copyOf(interceptors);
  }

  private static void check(URI endpoint) {
    boolean http = "http".equals(endpoint.getScheme()) || "https".equals(endpoint.getScheme());
    if (!http || endpoint.getHost() == null) {
      throw new IllegalArgumentException(
          "The endpoint of the object store is no http or https address. Write it into %s as https://host:port"
              .formatted(ENDPOINT_S3));
    }
    if (endpoint.getRawUserInfo() != null || endpoint.getRawQuery() != null) {
      throw new IllegalArgumentException(
          "The endpoint of the object store at %s must have no user and no query. Credentials have variables of their own, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
              .formatted(endpoint.getHost()));
    }
  }

  /** Of this process: its system properties and its environment, as the AWS SDK reads them. */
  public static S3Settings ofProcess() {
    Map<String, String> environment = new HashMap<>(System.getenv());
    PROPERTIES.forEach(
        (property, variable) -> {
          String value = System.getProperty(property);
          if (value != null) {
            environment.put(variable, value);
          }
        });
    return of(environment);
  }

  /**
   * With the SDK's default chain of credentials.
   *
   * @throws IllegalArgumentException if a variable has no valid value
   */
  public static S3Settings of(Map<String, String> environment) {
    Optional<URI> endpoint =
        text(environment, ENDPOINT_S3).or(() -> text(environment, ENDPOINT)).map(S3Settings::uri);
    Optional<String> region = text(environment, REGION);
    return new S3Settings(
        endpoint,
        region.isEmpty() && endpoint.isPresent() ? Optional.of(ANY_REGION) : region,
        text(environment, PATH_STYLE)
            .map(S3Settings::flag)
            .orElseGet(() -> endpoint.isPresent() && !isAws(endpoint.get())),
        Default.CREDENTIALS,
        Limits.DEFAULT,
        List.of());
  }

  /** A copy with other credentials. */
  public S3Settings with(AwsCredentialsProvider others) {
    return new S3Settings(endpoint, region, pathStyle, others, limits, interceptors);
  }

  /** A copy with other limits. */
  public S3Settings with(Limits others) {
    return new S3Settings(endpoint, region, pathStyle, credentials, others, interceptors);
  }

  /** A copy in which somebody sees each request. */
  public S3Settings with(ExecutionInterceptor one) {
    return new S3Settings(endpoint, region, pathStyle, credentials, limits, List.of(one));
  }

  private static Optional<String> text(Map<String, String> environment, String name) {
    return Optional.ofNullable(environment.get(name)).map(String::strip).filter(v -> !v.isEmpty());
  }

  private static URI uri(String text) {
    try {
      return new URI(text);
    } catch (URISyntaxException e) {
      // Its message shows the text, in which there may be a password.
      throw new IllegalArgumentException(
          "The endpoint of the object store in %s is no address. Write it as https://host:port"
              .formatted(ENDPOINT_S3));
    }
  }

  private static boolean flag(String text) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default ->
          throw new IllegalArgumentException(
              "The value '%s' of %s must be true or false".formatted(text, PATH_STYLE));
    };
  }

  private static boolean isAws(URI endpoint) {
    return endpoint.getHost() != null
        && (endpoint.getHost().endsWith(".amazonaws.com")
            || endpoint.getHost().endsWith(".amazonaws.com.cn"));
  }

  /** The store as a message names it. */
  public String store() {
    return endpoint
        .map(URI::toString)
        .orElseGet(() -> "AWS S3" + region.map(name -> " in " + name).orElse(""));
  }

  @Override
  public String toString() {
    return store() + (pathStyle ? ", path style" : "");
  }
}
