package io.sluice.distribution;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What goes into an archive, by the name there. The order does not depend on that of adding. */
final class Content {
  /** Says to kustomize what to take; it means nothing outside of the source tree. */
  private static final String KUSTOMIZATION = "Kustomization";

  private interface Entry {
    void writeTo(TarGz tar, String name) throws IOException;
  }

  private final SortedMap<String, Entry> entries = new TreeMap<>();

  /** Adds a text of its own. */
  Content text(String name, String text) {
    return add(name, (tar, at) -> tar.add(at, text.getBytes(StandardCharsets.UTF_8)));
  }

  /**
   * Adds a file.
   *
   * @throws IOException if it is not there
   */
  Content file(String name, Path file) throws IOException {
    requireFile(file);
    return add(name, (tar, at) -> tar.add(at, file, false));
  }

  /**
   * Adds a file that can be run.
   *
   * @throws IOException if it is not there
   */
  Content program(String name, Path file) throws IOException {
    requireFile(file);
    return add(name, (tar, at) -> tar.add(at, file, true));
  }

  /**
   * Adds all files below a folder.
   *
   * @param name of the folder in the archive; empty for its top
   * @throws IOException if it is not there, or holds something else than files and folders
   */
  Content folder(String name, Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new IOException(
          "The build has made no %s: run 'mvn package' from the root of the source tree."
              .formatted(folder));
    }
    List<Path> files;
    try (Stream<Path> all = Files.walk(folder)) {
      files = all.filter(path -> !Files.isDirectory(path)).toList();
    }
    for (Path file : files) {
      if (!file.endsWith(KUSTOMIZATION)) {
        String below = folder.relativize(file).toString();
        file(name.isEmpty() ? below : name + "/" + below, file);
      }
    }
    return this;
  }

  private Content add(String name, Entry entry) {
    if (entries.put(name, entry) != null) {
      throw new IllegalStateException("Two files are to be " + name + " in the archive.");
    }
    return this;
  }

  private static void requireFile(Path file) throws IOException {
    if (Files.isSymbolicLink(file) || !Files.isRegularFile(file)) {
      throw new IOException(
          "%s is to be packed, but it is no file: run 'mvn package' from the root of the source tree."
              .formatted(file));
    }
  }

  void writeTo(TarGz tar) throws IOException {
    for (var entry : entries.entrySet()) {
      entry.getValue().writeTo(tar, entry.getKey());
    }
  }
}
