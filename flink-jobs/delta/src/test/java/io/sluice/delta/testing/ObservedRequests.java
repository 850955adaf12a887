package io.sluice.delta.testing;

import java.util.Locale;
import java.util.function.Consumer;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.SdkHttpRequest;

/**
 * Tells of every request that changes a bucket before it is sent and after it is answered, as "put
 * path" and "answered put path": a process can so stop at any point of what it writes. The SDK
 * finds it by a file of the class path.
 */
public final class ObservedRequests implements ExecutionInterceptor {

  /** Is told of requests; paths begin with the bucket. */
  public static volatile Consumer<String> observer = request -> {};

  @Override
  public void beforeTransmission(Context.BeforeTransmission context, ExecutionAttributes ignored) {
    tell("", context.httpRequest());
  }

  @Override
  public void afterTransmission(Context.AfterTransmission context, ExecutionAttributes ignored) {
    tell("answered ", context.httpRequest());
  }

  private static void tell(String when, SdkHttpRequest request) {
    switch (request.method()) {
      case PUT, POST, DELETE ->
          observer.accept(
              when
                  + request.method().name().toLowerCase(Locale.ROOT)
                  + " "
                  + request.getUri().getPath().substring(1));
      default -> {
        // Reads leave nothing behind.
      }
    }
  }
}
