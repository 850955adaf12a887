package io.sluice.delta.storage;

import io.sluice.delta.s3.S3Access;
import io.sluice.delta.s3.S3Address;
import io.sluice.delta.s3.S3Settings;
import io.sluice.testkit.S3Server;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.SdkHttpRequest;

/** A client of its own for a test, which notes each attempt of a request. */
final class S3Fixture implements AutoCloseable {

  private final List<String> requests = new ArrayList<>();
  private final S3Settings settings;
  private final S3Access access;

  S3Fixture(S3Settings settings) {
    this.settings = settings.with(new Recorder());
    access = new S3Access(this.settings);
  }

  static S3Fixture of(S3Server server) {
    return new S3Fixture(settings(server));
  }

  static S3Settings settings(S3Server server) {
    return settings(server, server.endpoint());
  }

  static S3Settings settings(S3Server server, URI endpoint) {
    Map<String, String> environment = new HashMap<>(server.environment());
    environment.put(S3Settings.ENDPOINT_S3, endpoint.toString());
    return S3Settings.of(environment).with(keys(server.accessKey(), server.secretKey()));
  }

  static StaticCredentialsProvider keys(String access, String secret) {
    return StaticCredentialsProvider.create(AwsBasicCredentials.create(access, secret));
  }

  S3Access access() {
    return access;
  }

  S3Storage table(String bucket, String key) {
    return new S3Storage(access, new S3Address(bucket, key));
  }

  /** A table in a bucket that was tried before, so that what follows can be counted. */
  S3Storage provenTable(String bucket, String key) throws IOException {
    S3Storage table = table(bucket, key);
    table.write("proven", new byte[0], false);
    table.delete("proven");
    forgetRequests();
    return table;
  }

  /** Methods and paths, since they were last forgotten. */
  List<String> requests() {
    synchronized (requests) {
      return List.copyOf(requests);
    }
  }

  void forgetRequests() {
    synchronized (requests) {
      requests.clear();
    }
  }

  private final class Recorder implements ExecutionInterceptor {
    @Override
    public void beforeTransmission(
        Context.BeforeTransmission context, ExecutionAttributes attributes) {
      SdkHttpRequest request = context.httpRequest();
      synchronized (requests) {
        requests.add(request.method() + " " + request.encodedPath());
      }
    }
  }

  @Override
  public void close() {
    access.close();
  }
}
