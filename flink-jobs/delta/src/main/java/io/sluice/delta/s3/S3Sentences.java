package io.sluice.delta.s3;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.math.BigDecimal;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLException;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * What a failed request means, in a sentence: the place, the reason, the remedy. The texts of the
 * store and of the SDK are not passed on where they could hold parts of a credential.
 */
final class S3Sentences {

  private static final int MOST_TEXT = 200;

  private final S3Settings settings;

  S3Sentences(S3Settings settings) {
    this.settings = settings;
  }

  /**
   * @param what could not be done, such as {@code read}
   */
  IOException of(String what, S3Address address, SdkException failure) {
    if (isInterrupt(failure)) {
      Thread.currentThread().interrupt();
      return new InterruptedIOException(
          "The task was interrupted while %s was %s".formatted(address, what));
    }
    String sentence = "%s cannot be %s: ".formatted(address, what);
    return failure instanceof AwsServiceException reply
        ? refused(sentence, address, reply)
        : unanswered(sentence, failure);
  }

  private static boolean isInterrupt(SdkException failure) {
    return failure instanceof AbortedException || Thread.currentThread().isInterrupted();
  }

  private IOException unanswered(String sentence, SdkException failure) {
    IOException told = new IOException(sentence + silence(failure));
    Throwable cause = failure;
    while (cause instanceof SdkException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    if (!(cause instanceof SdkException)) {
      told.initCause(cause);
    }
    return told;
  }

  private String silence(SdkException failure) {
    String store = settings.store();
    if (failure instanceof ApiCallTimeoutException
        || failure instanceof ApiCallAttemptTimeoutException
        || find(failure, SocketTimeoutException.class).isPresent()
            && find(failure, ConnectException.class).isEmpty()) {
      return "%s did not answer in time (%s s for an attempt, %s s in all). Look whether it hangs or the network is slow"
          .formatted(
              store, seconds(settings.limits().attempt()), seconds(settings.limits().call()));
    }
    if (find(failure, UnknownHostException.class).isPresent()) {
      return "the host of %s is not known. Correct %s, or look at the network's names"
          .formatted(store, S3Settings.ENDPOINT_S3);
    }
    if (find(failure, ConnectException.class).isPresent()
        || find(failure, NoRouteToHostException.class).isPresent()) {
      return "%s cannot be reached. Start it, or correct %s"
          .formatted(store, S3Settings.ENDPOINT_S3);
    }
    Optional<SSLException> tls = find(failure, SSLException.class);
    if (tls.isPresent()) {
      return "TLS with %s failed (%s). Look at the store's certificate and at the scheme in %s: a store without TLS has http://"
          .formatted(store, shortened(tls.get().getMessage()), S3Settings.ENDPOINT_S3);
    }
    return ofSdk(failure, store);
  }

  private static String seconds(Duration time) {
    return BigDecimal.valueOf(time.toMillis(), 3).stripTrailingZeros().toPlainString();
  }

  /** What the SDK finds out before there is a request. */
  static String ofSdk(SdkException failure, String store) {
    String text = String.valueOf(failure.getMessage());
    if (text.contains("Unable to load credentials")) {
      return "no credentials for %s were found. Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or give them in any other way that the AWS SDK knows"
          .formatted(store);
    }
    if (text.contains("Unable to load region")) {
      return "no region is set. Set %s, or %s for a store that is not AWS"
          .formatted(S3Settings.REGION, S3Settings.ENDPOINT_S3);
    }
    Throwable last = failure;
    while (last.getCause() != null) {
      last = last.getCause();
    }
    return "the connection with %s broke (%s). Look at the network and the store"
        .formatted(
            store,
            last instanceof IOException ? shortened(last.getMessage()) : "reason in the cause");
  }

  private static <T extends Throwable> Optional<T> find(Throwable failure, Class<T> type) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (type.isInstance(cause)) {
        return Optional.of(type.cast(cause));
      }
    }
    return Optional.empty();
  }

  private IOException refused(String sentence, S3Address address, AwsServiceException reply) {
    String code = codeOf(reply);
    if (reply.statusCode() == 404 && !code.equals("NoSuchBucket") && !code.equals("NoSuchUpload")) {
      return new NoSuchFileException(address.toString());
    }
    return new S3Failure(sentence + reason(address, reply, code), reply.statusCode(), code);
  }

  private static String codeOf(AwsServiceException reply) {
    return Optional.ofNullable(reply.awsErrorDetails()).map(AwsErrorDetails::errorCode).orElse("");
  }

  private String reason(S3Address address, AwsServiceException reply, String code) {
    String store = settings.store();
    String bucket = address.bucket();
    switch (code) {
      case "NoSuchBucket":
        return "%s has no bucket %s. Create it, or correct the address".formatted(store, bucket);
      case "InvalidAccessKeyId":
        return "%s does not know the access key. Correct AWS_ACCESS_KEY_ID, or whatever else gives the credentials"
            .formatted(store);
      case "SignatureDoesNotMatch":
        return "%s refuses the signature. The secret key is not that of the access key: correct AWS_SECRET_ACCESS_KEY, or whatever else gives the credentials"
            .formatted(store);
      case "ExpiredToken", "InvalidToken", "TokenRefreshRequired":
        return "%s refuses the session token, which has expired or is not that of the access key (%s). Get new credentials"
            .formatted(store, code);
      case "RequestTimeTooSkewed", "RequestExpired":
        return "the clock of this machine differs too much from that of %s%s. Set this machine's clock"
            .formatted(store, times(reply));
      case "PermanentRedirect",
      "TemporaryRedirect",
      "AuthorizationHeaderMalformed",
      "IllegalLocationConstraintException":
        return otherRegion(bucket, reply);
      default:
        return byStatus(bucket, reply, code);
    }
  }

  private String byStatus(String bucket, AwsServiceException reply, String code) {
    String store = settings.store();
    int status = reply.statusCode();
    if (status == 301 || status == 307 || status == 400 && isElsewhere(reply)) {
      return otherRegion(bucket, reply);
    }
    if (status == 400 && code.isEmpty()) {
      return "%s refuses the request without a reason (400). The usual ones are a session token that has expired and another region than %s (%s)"
          .formatted(store, usedRegion(), S3Settings.REGION);
    }
    if (status == 401 || code.equals("AccessDenied") && status == 403) {
      return "the credentials have no right to do that in bucket %s of %s (%d %s). Grant s3:GetObject, s3:PutObject, s3:DeleteObject, s3:AbortMultipartUpload, s3:ListBucket and s3:ListBucketMultipartUploads"
          .formatted(bucket, store, status, code);
    }
    if (status == 403) {
      // The reply to HEAD has no body, so that nothing more is known.
      return "%s refuses the credentials, or they have no right to do that in bucket %s (403). Correct AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or grant the right"
          .formatted(store, bucket);
    }
    if (status >= 500 && status != 501 || status == 429) {
      return "%s answers %d%s to each of up to %d attempts. It is overloaded or broken; try again later"
          .formatted(store, status, inBrackets(code), settings.limits().attempts());
    }
    return "%s answers %d%s%s".formatted(store, status, inBrackets(code), ownText(reply));
  }

  private static String inBrackets(String code) {
    return code.isEmpty() ? "" : " (" + code + ")";
  }

  private static String ownText(AwsServiceException reply) {
    AwsErrorDetails details = reply.awsErrorDetails();
    return details == null || details.errorMessage() == null
        ? ""
        : ": " + shortened(details.errorMessage());
  }

  private static String shortened(String text) {
    String line = String.valueOf(text).lines().findFirst().orElse("");
    return line.length() <= MOST_TEXT ? line : line.substring(0, MOST_TEXT) + "…";
  }

  private String usedRegion() {
    return settings.region().orElse("the SDK's");
  }

  /** The reply to HEAD has no code, but the header. */
  private boolean isElsewhere(AwsServiceException reply) {
    return BucketRegion.header(reply).filter(region -> !region.equals(usedRegion())).isPresent();
  }

  private String otherRegion(String bucket, AwsServiceException reply) {
    String used = usedRegion();
    return BucketRegion.of(reply)
        .map(
            region ->
                "bucket %s of %s is in region %s, and the request was for %s. Set %s=%s"
                    .formatted(bucket, settings.store(), region, used, S3Settings.REGION, region))
        .orElseGet(
            () ->
                "bucket %s of %s is in another region than %s. Set %s to the bucket's region"
                    .formatted(bucket, settings.store(), used, S3Settings.REGION));
  }

  private static String times(AwsServiceException reply) {
    return Optional.ofNullable(reply.awsErrorDetails())
        .map(AwsErrorDetails::sdkHttpResponse)
        .flatMap(response -> response.firstMatchingHeader("Date"))
        .map(date -> ", where it is " + date)
        .orElse("");
  }
}
