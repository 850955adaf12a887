package io.sluice.cli.shipped;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A library or server that Sluice brings along.
 *
 * @param place who runs it: job, command, flink, flink-s3, objects, broker, registry, postgres,
 *     redis
 * @param name its artifact id, or the server's name
 */
record Library(String place, String name, String version) implements Comparable<Library> {
  private static final Pattern JAR =
      Pattern.compile("(?<name>.+?)-(?<version>\\d[\\w.]*(-[\\w.]+)*)\\.jar");

  /**
   * The jars below a folder, and what was shaded into them. Quarkus puts the group before the name.
   */
  static Set<Library> below(String place, Path folder) throws IOException {
    Set<Library> libraries = new TreeSet<>();
    try (Stream<Path> files = Files.walk(folder)) {
      files
          .filter(file -> file.toString().endsWith(".jar"))
          .forEach(file -> of(place, file, libraries::add));
    }
    return libraries;
  }

  private static void of(String place, Path file, Consumer<Library> found) {
    Matcher name = JAR.matcher(file.getFileName().toString());
    if (name.matches()) {
      found.accept(new Library(place, artifact(name.group("name")), name.group("version")));
    }
    try (JarFile jar = new JarFile(file.toFile())) {
      for (Enumeration<JarEntry> entries = jar.entries(); entries.hasMoreElements(); ) {
        JarEntry entry = entries.nextElement();
        if (entry.getName().startsWith("META-INF/maven/")
            && entry.getName().endsWith("/pom.properties")) {
          found.accept(described(place, jar, entry));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String artifact(String name) {
    return name.substring(name.lastIndexOf('.') + 1);
  }

  private static Library described(String place, JarFile jar, JarEntry entry) throws IOException {
    Properties properties = new Properties();
    try (InputStream in = jar.getInputStream(entry)) {
      properties.load(in);
    }
    return new Library(
        place, properties.getProperty("artifactId"), properties.getProperty("version"));
  }

  @Override
  public int compareTo(Library other) {
    return toString().compareTo(other.toString());
  }

  @Override
  public String toString() {
    return place + " " + name + " " + version;
  }
}
