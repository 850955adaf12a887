package io.sluice.delta.s3;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;

/** Finds in a refusal in which region a bucket really is. */
final class BucketRegion {

  private static final Pattern REGION = Pattern.compile("<Region>([A-Za-z0-9-]{1,64})</Region>");
  private static final Pattern REGION_IN_TEXT = Pattern.compile("expecting '([A-Za-z0-9-]{1,64})'");
  private static final String REGION_HEADER = "x-amz-bucket-region";

  private BucketRegion() {}

  static Optional<String> of(AwsServiceException reply) {
    AwsErrorDetails details = reply.awsErrorDetails();
    if (details == null) {
      return Optional.empty();
    }
    String body =
        details.rawResponse() == null ? "" : details.rawResponse().asString(StandardCharsets.UTF_8);
    return header(reply)
        .or(() -> first(REGION, body))
        .or(() -> first(REGION_IN_TEXT, String.valueOf(details.errorMessage())));
  }

  /** The reply to HEAD has nothing else. */
  static Optional<String> header(AwsServiceException reply) {
    return Optional.ofNullable(reply.awsErrorDetails())
        .map(AwsErrorDetails::sdkHttpResponse)
        .flatMap(response -> response.firstMatchingHeader(REGION_HEADER));
  }

  private static Optional<String> first(Pattern pattern, String text) {
    Matcher found = pattern.matcher(text);
    return found.find() ? Optional.of(found.group(1)) : Optional.empty();
  }
}
