package io.sluice.sandbox.home;

import io.sluice.sandbox.secrets.ObjectStoreKeys;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The object store of a home: one bucket, which holds the tables and what Flink keeps of its jobs.
 *
 * @param endpoint its address, without a slash at the end
 * @param keys who asks
 */
public record ObjectStore(String endpoint, ObjectStoreKeys keys) {

  public static final String BUCKET = "sluice";

  /** Any name does for a store that is not Amazon's. */
  public static final String REGION = "us-east-1";

  /** Root of the tables. */
  public static final String LAKE = "s3://" + BUCKET + "/lake";

  /** Checkpoints of all jobs. */
  public static final String CHECKPOINTS = "s3://" + BUCKET + "/flink/checkpoints";

  /** Savepoints of all jobs. */
  public static final String SAVEPOINTS = "s3://" + BUCKET + "/flink/savepoints";

  /** Plans, completed checkpoints and jars of jobs that have not ended. */
  public static final String HIGH_AVAILABILITY = "s3://" + BUCKET + "/flink/ha";

  /** The store of a home on these ports. */
  static ObjectStore of(Ports ports, ObjectStoreKeys keys) {
    return new ObjectStore("http://" + Endpoints.HOST + ":" + ports.s3(), keys);
  }

  /** The variables by which each client of the store finds it and is let in. */
  public Map<String, String> environment() {
    Map<String, String> variables = new LinkedHashMap<>();
    variables.put("AWS_ACCESS_KEY_ID", keys.accessKey());
    variables.put("AWS_SECRET_ACCESS_KEY", keys.secretKey());
    variables.put("AWS_REGION", REGION);
    variables.put("AWS_ENDPOINT_URL_S3", endpoint);
    // A bucket as a part of the host name would need a name server.
    variables.put("SLUICE_S3_PATH_STYLE", "true");
    return variables;
  }
}
