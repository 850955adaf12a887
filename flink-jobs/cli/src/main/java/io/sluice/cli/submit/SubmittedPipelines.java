package io.sluice.cli.submit;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.cli.text.CommandFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The pipelines that were submitted in a home, under {@code submitted/<pipeline>/}: {@code
 * submission.json}, {@code .files/pipeline.yaml} and {@code .files/<definitions folder>/}. The
 * copies are hidden, so that a home inside a definitions folder does not define its datasets twice.
 */
public final class SubmittedPipelines {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String RECORD = "submission.json";
  private static final String FILES = ".files";

  private final Path folder;

  /** What {@code submission.json} holds; paths are relative to its folder. */
  record Stored(
      String pipeline,
      String definitions,
      int parallelism,
      List<String> jobs,
      Submitted.RunJar jar) {
    Submitted in(Path own, String name) {
      return new Submitted(
          name,
          own.resolve(pipeline),
          own.resolve(definitions),
          parallelism,
          jobs,
          Optional.ofNullable(jar));
    }
  }

  public SubmittedPipelines(Path home) {
    this.folder = home.resolve("submitted");
  }

  /** A submitted pipeline by name. */
  public Optional<Submitted> find(String name) throws IOException {
    Path own = folder.resolve(name);
    if (!own.normalize().getParent().equals(folder) || !Files.isRegularFile(own.resolve(RECORD))) {
      return Optional.empty();
    }
    Stored stored = JSON.readValue(own.resolve(RECORD).toFile(), Stored.class);
    return Optional.of(stored.in(own, name));
  }

  /** All submitted pipelines, by name. */
  public List<Submitted> list() throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    List<Submitted> found = new ArrayList<>();
    try (Stream<Path> children = Files.list(folder)) {
      // What begins with a dot is a copy for a job that has not started yet.
      List<Path> own =
          children
              .filter(child -> !child.getFileName().toString().startsWith("."))
              .sorted()
              .toList();
      for (Path child : own) {
        find(child.getFileName().toString()).ifPresent(found::add);
      }
    }
    return found;
  }

  /**
   * Copies a pipeline and its definitions beside an earlier copy, for a job that may not start.
   *
   * @param name the pipeline's name, an identifier
   */
  public Submitted stage(String name, Path pipeline, Path definitions, int parallelism)
      throws IOException {
    Path fresh = staged(name);
    delete(fresh);
    Files.createDirectories(fresh.resolve(FILES));
    Files.copy(pipeline, fresh.resolve(FILES).resolve("pipeline.yaml"));
    // The folder keeps its name: for datasets that stand right in it, it is their domain.
    Path source = definitions.toAbsolutePath().normalize();
    Path below =
        Path.of(FILES)
            .resolve(source.getFileName() == null ? Path.of("root") : source.getFileName());
    Files.createDirectories(fresh.resolve(below));
    for (Path file : PipelineFiles.datasetFiles(source)) {
      Path copy = fresh.resolve(below).resolve(source.relativize(file).toString());
      Files.createDirectories(copy.getParent());
      Files.copy(file, copy);
    }
    List<String> jobs = find(name).map(Submitted::jobs).orElse(List.of());
    Stored stored = new Stored(FILES + "/pipeline.yaml", below.toString(), parallelism, jobs, null);
    write(fresh, stored);
    return stored.in(fresh, name);
  }

  /** Lets no other command change the pipeline while it runs. */
  ChangeLock lock(String name) throws IOException {
    return ChangeLock.take(folder.resolve("." + name + ".lock"), name);
  }

  private Path staged(String name) {
    return folder.resolve("." + name + ".new");
  }

  /** Removes the staged copy of a pipeline, unless it took the place of the earlier one. */
  public void discard(String name) throws IOException {
    delete(staged(name));
  }

  /** Puts the staged copy of a pipeline in place of the earlier one; the jobs stay known. */
  public void replace(String name) throws IOException {
    Path own = folder.resolve(name);
    Path aside = folder.resolve("." + name + ".old");
    delete(aside);
    if (Files.exists(own)) {
      Files.move(own, aside, StandardCopyOption.ATOMIC_MOVE);
    }
    Files.move(staged(name), own, StandardCopyOption.ATOMIC_MOVE);
    delete(aside);
  }

  /** Whether two copies hold the same files. */
  static boolean same(Submitted some, Submitted other) throws IOException {
    Path here = some.pipeline().getParent();
    Path there = other.pipeline().getParent();
    List<Path> files = files(here);
    if (!files.equals(files(there))) {
      return false;
    }
    for (Path file : files) {
      if (Files.mismatch(here.resolve(file), there.resolve(file)) >= 0) {
        return false;
      }
    }
    return true;
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile).map(folder::relativize).sorted().toList();
    }
  }

  /** Remembers that a job runs the pipeline. */
  void addJob(String name, String jobId, int parallelism, JobJar jar) throws IOException {
    Submitted known = known(name);
    List<String> jobs = new ArrayList<>(known.jobs());
    jobs.add(jobId);
    write(known, parallelism, jobs, new Submitted.RunJar(jar.name(), jar.chosen()));
  }

  private Submitted known(String name) throws IOException {
    return find(name)
        .orElseThrow(
            () -> new CommandFailure("The pipeline %s was not submitted here.".formatted(name)));
  }

  private void write(Submitted known, int parallelism, List<String> jobs, Submitted.RunJar jar)
      throws IOException {
    Path own = folder.resolve(known.name());
    write(
        own,
        new Stored(
            own.relativize(known.pipeline()).toString(),
            own.relativize(known.definitions()).toString(),
            parallelism,
            jobs,
            jar));
  }

  private static void write(Path own, Stored stored) throws IOException {
    Path fresh = own.resolve(RECORD + ".new");
    Files.writeString(fresh, JSON.writeValueAsString(stored));
    Files.move(
        fresh,
        own.resolve(RECORD),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }

  private static void delete(Path tree) throws IOException {
    if (!Files.exists(tree)) {
      return;
    }
    try (Stream<Path> all = Files.walk(tree)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
