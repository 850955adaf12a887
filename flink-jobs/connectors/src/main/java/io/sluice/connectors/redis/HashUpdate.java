package io.sluice.connectors.redis;

import java.util.List;

/**
 * One hash of a serving view as it shall be.
 *
 * @param key the Redis key
 * @param version the fence: the hash is written only if the stored version is smaller; never
 *     negative
 * @param set field, value, field, value, ...; contains the version field
 * @param delete fields whose column is null
 */
record HashUpdate(String key, long version, List<byte[]> set, List<byte[]> delete) {
  HashUpdate {
    if (version < 0) {
      throw new IllegalArgumentException("negative version " + version + " for key " + key);
    }
    set = List.copyOf(set);
    delete = List.copyOf(delete);
  }
}
