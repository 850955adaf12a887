package io.sluice.connectors.redis;

import io.lettuce.core.RedisBusyException;
import io.lettuce.core.RedisConnectionException;
import io.lettuce.core.RedisLoadingException;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/**
 * Writes through Lettuce. A lost connection is restored and what was in flight is sent again, for
 * at most the given time; the fence makes sending twice harmless.
 */
final class LettuceHashStore implements HashStore {
  /** Keys of one script call: keeps Redis responsive to its other clients. */
  private static final int KEYS_PER_CALL = 128;

  private static final long RETRY_MILLIS = 100;
  private static final byte[] SCRIPT = FencedScript.LUA.getBytes(StandardCharsets.UTF_8);

  private final RedisConnection connection;
  private final RedisAsyncCommands<byte[], byte[]> commands;
  private final Duration retryFor;
  private final String sha;

  /** Connects; tries for {@code retryFor}. */
  LettuceHashStore(String uri, Duration retryFor) throws IOException, InterruptedException {
    this.connection = RedisConnection.open(uri, retryFor);
    this.commands = connection.commands();
    this.retryFor = retryFor;
    this.sha = commands.digest(SCRIPT);
  }

  @Override
  public CompletionStage<Long> put(List<HashUpdate> updates) {
    long deadline = System.nanoTime() + retryFor.toNanos();
    List<CompletableFuture<Long>> calls = new ArrayList<>();
    for (int from = 0; from < updates.size(); from += KEYS_PER_CALL) {
      List<HashUpdate> part = updates.subList(from, Math.min(updates.size(), from + KEYS_PER_CALL));
      Call call = new Call(FencedScript.keys(part), FencedScript.arguments(part), deadline);
      call.send(false);
      calls.add(call.dropped);
    }
    return CompletableFuture.allOf(calls.toArray(CompletableFuture[]::new))
        .thenApply(all -> calls.stream().mapToLong(CompletableFuture::join).sum());
  }

  @Override
  public void close() {
    connection.close();
  }

  /** One script call with its retries. */
  private final class Call {
    private final byte[][] keys;
    private final byte[][] arguments;
    private final long deadline;
    private final CompletableFuture<Long> dropped = new CompletableFuture<>();

    Call(byte[][] keys, byte[][] arguments, long deadline) {
      this.keys = keys;
      this.arguments = arguments;
      this.deadline = deadline;
    }

    void send(boolean withSource) {
      CompletionStage<Long> answer =
          withSource
              ? commands.eval(SCRIPT, ScriptOutputType.INTEGER, keys, arguments)
              : commands.evalsha(sha, ScriptOutputType.INTEGER, keys, arguments);
      answer.whenComplete(this::answered);
    }

    private void answered(Long count, Throwable problem) {
      if (problem == null) {
        dropped.complete(count);
      } else if (problem instanceof RedisNoScriptException) {
        // First use, or Redis was restarted: EVAL also loads the script.
        send(true);
      } else if (isTransient(problem) && System.nanoTime() < deadline) {
        connection.schedule(() -> send(false), RETRY_MILLIS, TimeUnit.MILLISECONDS);
      } else {
        dropped.completeExceptionally(connection.explain(problem));
      }
    }

    /** A connection that breaks under a call loses it or its answer; the fence allows a repeat. */
    private boolean isTransient(Throwable problem) {
      return problem instanceof RedisLoadingException
          || problem instanceof RedisBusyException
          || problem instanceof RedisConnectionException
          || problem instanceof IOException
          || problem.getCause() instanceof IOException;
    }
  }
}
