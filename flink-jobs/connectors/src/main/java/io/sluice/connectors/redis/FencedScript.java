package io.sluice.connectors.redis;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The compare-and-set that runs inside Redis, for many hashes in one call. Versions are compared as
 * digits, because numbers in Lua lose precision above 2^53. It returns how many hashes were dropped
 * as old, and behind it the indexes, from 1, of keys that hold something else than a hash.
 */
final class FencedScript {
  static final String LUA =
      """
      local dropped = 0
      local refused = {}
      local at = 1
      for i = 1, #KEYS do
        local version = ARGV[at]
        local sets = tonumber(ARGV[at + 1])
        local deletes = tonumber(ARGV[at + 2])
        local first = at + 3
        local stored = redis.pcall('HGET', KEYS[i], '_version')
        if type(stored) == 'table' then
          if not string.find(stored.err, 'WRONGTYPE', 1, true) then
            return stored
          end
          table.insert(refused, i)
        elseif stored and (#stored > #version or (#stored == #version and stored >= version)) then
          dropped = dropped + 1
        else
          redis.call('HSET', KEYS[i], unpack(ARGV, first, first + sets - 1))
          if deletes > 0 then
            redis.call('HDEL', KEYS[i], unpack(ARGV, first + sets, first + sets + deletes - 1))
          end
        end
        at = first + sets + deletes
      end
      table.insert(refused, 1, dropped)
      return refused
      """;

  /** Deletes the hashes whose version is not above the argument; others and foreign values stay. */
  static final String REMOVAL =
      """
      local removed = 0
      for i = 1, #KEYS do
        local stored = redis.pcall('HGET', KEYS[i], '_version')
        if type(stored) == 'string'
            and (#stored < #ARGV[1] or (#stored == #ARGV[1] and stored <= ARGV[1])) then
          removed = removed + redis.call('DEL', KEYS[i])
        end
      end
      return removed
      """;

  private FencedScript() {}

  static byte[][] keys(List<HashUpdate> updates) {
    return updates.stream().map(update -> utf8(update.key())).toArray(byte[][]::new);
  }

  static byte[][] arguments(List<HashUpdate> updates) {
    List<byte[]> arguments = new ArrayList<>();
    for (HashUpdate update : updates) {
      arguments.add(utf8(Long.toString(update.version())));
      arguments.add(utf8(Integer.toString(update.set().size())));
      arguments.add(utf8(Integer.toString(update.delete().size())));
      arguments.addAll(update.set());
      arguments.addAll(update.delete());
    }
    return arguments.toArray(byte[][]::new);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
