package io.sluice.sandbox.secrets;

import java.util.List;

/** The users of a Redis server, as its configuration names them. */
public final class RedisUsers {

  /** The user of jobs and commands. */
  public static final String USER = "sluice";

  /** The user who may do everything. */
  public static final String OWNER = "owner";

  /** Told to every subscriber of changes; hashes of views change by HSET. */
  private static final String CHANGES = "__keyevent@0__:hset";

  /**
   * What the sink, the ids of views, {@code remove} and the demo's readers do. Keys are not
   * limited: each pipeline chooses its prefix.
   */
  private static final String RIGHTS =
      String.join(
          " ",
          List.of(
              "+ping +hello +auth +select +client|setname +command",
              "+eval +evalsha +hget +hset +hdel +hgetall +del +unlink",
              "+get +setnx +scan +exists +type",
              "+config|get +subscribe +unsubscribe"));

  private RedisUsers() {}

  /** Lines of {@code redis.conf}: nobody is let in without a password, which they do not show. */
  public static String config(Secrets secrets) {
    return """
        user default reset off
        user %s reset on #%s ~* &* +@all
        user %s reset on #%s ~* resetchannels &%s %s
        notify-keyspace-events Eh
        """
        .formatted(
            OWNER,
            Secrets.digest(secrets.redisOwner()),
            USER,
            Secrets.digest(secrets.redis()),
            CHANGES,
            RIGHTS);
  }
}
