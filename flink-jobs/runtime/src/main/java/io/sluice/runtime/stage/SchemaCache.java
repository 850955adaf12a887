package io.sluice.runtime.stage;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What was found out about schemas, by their ids: those that were used last, as many as together
 * weigh {@value #MOST}. An entry weighs the characters of its text and {@value #BASE} more.
 *
 * <p>Why these numbers: a decoder takes 3 KB and at most 2 bytes per character of its schema, or 3
 * to 13 bytes if it brings columns along (measured). So 10,000 schemas of 20 columns are kept, in
 * 30 to 65 MB; schemas of strangers, which bring no columns, take 100 MB at most, whatever they
 * are, and the largest ones of a topic's own subjects 440 MB.
 */
final class SchemaCache<T> {
  static final long MOST = 32 << 20;
  static final long BASE = 1_000;

  private record Entry<T>(T value, long weight) {}

  private final LinkedHashMap<Integer, Entry<T>> entries = new LinkedHashMap<>(16, 0.75f, true);
  private long weight;

  /** Null without one. */
  T get(int id) {
    Entry<T> entry = entries.get(id);
    return entry == null ? null : entry.value();
  }

  /**
   * Takes the place of what there was.
   *
   * @param characters of the text that the value was made from
   */
  void put(int id, T value, long characters) {
    remove(id);
    entries.put(id, new Entry<>(value, BASE + characters));
    weight += BASE + characters;
    Iterator<Map.Entry<Integer, Entry<T>>> eldest = entries.entrySet().iterator();
    while (weight > MOST && entries.size() > 1) {
      weight -= eldest.next().getValue().weight();
      eldest.remove();
    }
  }

  void remove(int id) {
    Entry<T> entry = entries.remove(id);
    weight -= entry == null ? 0 : entry.weight();
  }
}
