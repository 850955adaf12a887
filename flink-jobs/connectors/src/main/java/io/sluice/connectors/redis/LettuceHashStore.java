package io.sluice.connectors.redis;

import io.lettuce.core.KeyScanCursor;
import io.lettuce.core.RedisBusyException;
import io.lettuce.core.RedisConnectionException;
import io.lettuce.core.RedisLoadingException;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScanCursor;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * Writes through Lettuce. A lost connection is restored and what was in flight is sent again, for
 * at most the given time; the fence makes sending twice harmless. A server that is full or a
 * replica for now is waited for in the same way.
 */
final class LettuceHashStore implements HashStore {
  /** Keys of one script call: keeps Redis responsive to its other clients. */
  private static final int KEYS_PER_CALL = 128;

  private static final long RETRY_MILLIS = 100;
  private static final int KEYS_PER_SCAN = 1_000;
  private static final byte[] REMOVAL = FencedScript.REMOVAL.getBytes(StandardCharsets.UTF_8);
  private static final byte[] SCRIPT = FencedScript.LUA.getBytes(StandardCharsets.UTF_8);

  /** States of the server that end; within a script their code stands in the middle. */
  private static final Pattern PASSING =
      Pattern.compile(
          "(?<![A-Z])(OOM|MISCONF|READONLY|MASTERDOWN|NOREPLICAS|CLUSTERDOWN|TRYAGAIN) ");

  private final RedisConnection connection;
  private final RedisAsyncCommands<byte[], byte[]> commands;
  private final Duration retryFor;
  private final String sha;
  private final long maxBytes;

  /** Connects; tries for {@code retryFor}. */
  LettuceHashStore(String uri, Duration retryFor) throws IOException, InterruptedException {
    this.connection = RedisConnection.open(uri, retryFor);
    this.commands = connection.commands();
    this.retryFor = retryFor;
    this.sha = commands.digest(SCRIPT);
    this.maxBytes = connection.maxBytes();
  }

  @Override
  public CompletionStage<Written> put(List<HashUpdate> updates) {
    long deadline = System.nanoTime() + retryFor.toNanos();
    List<CompletableFuture<Written>> calls = new ArrayList<>();
    for (int from = 0; from < updates.size(); from += KEYS_PER_CALL) {
      List<HashUpdate> part = updates.subList(from, Math.min(updates.size(), from + KEYS_PER_CALL));
      Call call = new Call(part, deadline);
      call.send(false);
      calls.add(call.written);
    }
    return CompletableFuture.allOf(calls.toArray(CompletableFuture[]::new))
        .thenApply(all -> sum(calls.stream().map(CompletableFuture::join).toList()));
  }

  private static Written sum(List<Written> parts) {
    return parts.size() == 1
        ? parts.get(0)
        : new Written(
            parts.stream().mapToLong(Written::dropped).sum(),
            parts.stream().flatMap(part -> part.refused().stream()).toList());
  }

  @Override
  public long maxBytes() {
    return maxBytes;
  }

  @Override
  public void removeUpTo(String keys, long version) throws IOException, InterruptedException {
    byte[] text = Long.toString(version).getBytes(StandardCharsets.UTF_8);
    ScanArgs pattern =
        ScanArgs.Builder.limit(KEYS_PER_SCAN).match(RedisViews.globEscaped(keys) + ":*");
    ScanCursor cursor = ScanCursor.INITIAL;
    try {
      do {
        KeyScanCursor<byte[]> page = commands.scan(cursor, pattern).get();
        if (!page.getKeys().isEmpty()) {
          byte[][] found = page.getKeys().toArray(byte[][]::new);
          commands.eval(REMOVAL, ScriptOutputType.INTEGER, found, text).get();
        }
        cursor = page;
      } while (!cursor.isFinished());
    } catch (ExecutionException e) {
      throw new IOException(connection.explain(e.getCause()).getMessage(), e);
    }
  }

  private static Refusal wrongType(HashUpdate update) {
    return new Refusal(
        update,
        "redis:WRONGTYPE",
        "the key "
            + update.key()
            + " holds a value that is no hash, which somebody else wrote; delete it");
  }

  @Override
  public void close() {
    connection.close();
  }

  /** One script call with its retries. */
  private final class Call {
    private final List<HashUpdate> updates;
    private final byte[][] keys;
    private final byte[][] arguments;
    private final long deadline;
    private final CompletableFuture<Written> written = new CompletableFuture<>();

    Call(List<HashUpdate> updates, long deadline) {
      this.updates = updates;
      this.keys = FencedScript.keys(updates);
      this.arguments = FencedScript.arguments(updates);
      this.deadline = deadline;
    }

    void send(boolean withSource) {
      CompletionStage<List<Long>> answer =
          withSource
              ? commands.eval(SCRIPT, ScriptOutputType.MULTI, keys, arguments)
              : commands.evalsha(sha, ScriptOutputType.MULTI, keys, arguments);
      answer.whenComplete(this::answered);
    }

    private void answered(List<Long> counts, Throwable problem) {
      if (problem == null) {
        written.complete(new Written(counts.get(0), refused(counts)));
      } else if (problem instanceof RedisNoScriptException) {
        // First use, or Redis was restarted: EVAL also loads the script.
        send(true);
      } else if (isTransient(problem) && System.nanoTime() < deadline) {
        connection.schedule(() -> send(false), RETRY_MILLIS, TimeUnit.MILLISECONDS);
      } else {
        written.completeExceptionally(connection.explain(problem));
      }
    }

    private List<Refusal> refused(List<Long> counts) {
      return counts.stream()
          .skip(1)
          .map(number -> updates.get(number.intValue() - 1))
          .map(LettuceHashStore::wrongType)
          .toList();
    }

    /** A connection that breaks under a call loses it or its answer; the fence allows a repeat. */
    private boolean isTransient(Throwable problem) {
      return problem instanceof RedisLoadingException
          || problem instanceof RedisBusyException
          || problem instanceof RedisConnectionException
          || problem instanceof IOException
          || problem.getCause() instanceof IOException
          || PASSING.matcher(String.valueOf(problem.getMessage())).find();
    }
  }
}
