package io.sluice.sandbox.ha;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.Assertions;

/** Reads what {@link CountingMap} wrote. */
record Diary(Path file) {

  /** A line: what happened, to which checkpoint, with which count (-1 where there is none). */
  record Entry(String event, long checkpoint, long count) {
    static Entry parse(String line) {
      String[] words = line.split(" ");
      return new Entry(words[0], number(words, 1), number(words, 2));
    }

    private static long number(String[] words, int index) {
      return index < words.length ? Long.parseLong(words[index]) : -1;
    }
  }

  List<Entry> all() throws IOException {
    if (!Files.exists(file)) {
      return List.of();
    }
    String text = Files.readString(file);
    // The last line may be only half there.
    return text.substring(0, text.lastIndexOf('\n') + 1).lines().map(Entry::parse).toList();
  }

  List<Entry> all(String event) throws IOException {
    return all().stream().filter(entry -> entry.event().equals(event)).toList();
  }

  Entry last(String event) throws IOException {
    List<Entry> entries = all(event);
    Assertions.assertThat(entries).as(event).isNotEmpty();
    return entries.get(entries.size() - 1);
  }

  /** The count that was part of a checkpoint. */
  long countOf(long checkpoint) throws IOException {
    return all("snapshot").stream()
        .filter(entry -> entry.checkpoint() == checkpoint)
        .findFirst()
        .orElseThrow(() -> new AssertionError("There was no snapshot " + checkpoint))
        .count();
  }
}
