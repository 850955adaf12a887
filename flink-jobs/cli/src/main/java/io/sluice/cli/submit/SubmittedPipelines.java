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
    if (!folder.resolve(name).normalize().getParent().equals(folder)) {
      return Optional.empty();
    }
    Path own = own(name);
    if (!Files.isRegularFile(own.resolve(RECORD))) {
      return Optional.empty();
    }
    return Optional.of(stored(own).in(own, name));
  }

  private static Stored stored(Path own) throws IOException {
    return JSON.readValue(own.resolve(RECORD).toFile(), Stored.class);
  }

  /** Where a pipeline is stored: between two moves of {@link #replace} it is not in its folder. */
  private Path own(String name) throws IOException {
    Path own = folder.resolve(name);
    Path fresh = staged(name);
    if (Files.exists(own) || !Files.exists(aside(name))) {
      return own;
    }
    boolean complete = Files.isRegularFile(fresh.resolve(RECORD)) && stored(fresh).jar() != null;
    return complete ? fresh : aside(name);
  }

  /** All submitted pipelines, by name. */
  public List<Submitted> list() throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    List<Submitted> found = new ArrayList<>();
    try (Stream<Path> children = Files.list(folder)) {
      // What begins with a dot is a copy for a job that has not started yet.
      List<String> names =
          children
              .map(child -> child.getFileName().toString())
              .map(name -> name.replaceFirst("^\\.(.*)\\.old$", "$1"))
              .filter(name -> !name.startsWith("."))
              .distinct()
              .sorted()
              .toList();
      for (String name : names) {
        find(name).ifPresent(found::add);
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

  /**
   * Lets no other command change a pipeline, and ends a replacement in which one was killed.
   *
   * @param name the pipeline's name, an identifier
   * @throws CommandFailure if another command changes it
   */
  ChangeLock lock(String name) throws IOException {
    ChangeLock lock = ChangeLock.take(folder.resolve("." + name + ".lock"), name);
    Path own = folder.resolve(name);
    Path now = own(name);
    if (!now.equals(own)) {
      Files.move(now, own, StandardCopyOption.ATOMIC_MOVE);
    }
    delete(aside(name));
    return lock;
  }

  /**
   * The same for a job of any name: one that was not submitted here has no command that changes it.
   *
   * @throws CommandFailure if another command changes it
   */
  public ChangeLock lockKnown(String name) throws IOException {
    return find(name).isPresent() ? lock(name) : ChangeLock.NONE;
  }

  private Path aside(String name) {
    return folder.resolve("." + name + ".old");
  }

  private Path staged(String name) {
    return folder.resolve("." + name + ".new");
  }

  /** Removes the staged copy of a pipeline, unless it took the place of the earlier one. */
  public void discard(String name) throws IOException {
    delete(staged(name));
  }

  /**
   * Puts the staged copy of a pipeline in place of the earlier one; the jobs stay known.
   *
   * @param staged the copy, which a job runs
   */
  void replace(Submitted staged, String jobId, int parallelism, JobJar jar) throws IOException {
    String name = staged.name();
    Path own = folder.resolve(name);
    Path aside = aside(name);
    delete(aside);
    // Before it takes its place: a process that is killed leaves one of the two, and all of it.
    write(staged(name), staged, jobId, parallelism, jar);
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
    Submitted known =
        find(name)
            .orElseThrow(() -> new CommandFailure("%s was not submitted here.".formatted(name)));
    write(folder.resolve(name), known, jobId, parallelism, jar);
  }

  /** Remembers that the last job of a pipeline runs on another number of parallel tasks. */
  void rescaled(Submitted known, int parallelism) throws IOException {
    Path own = folder.resolve(known.name());
    Stored before = stored(own);
    write(
        own,
        new Stored(
            before.pipeline(), before.definitions(), parallelism, before.jobs(), before.jar()));
  }

  private static void write(Path own, Submitted known, String jobId, int parallelism, JobJar jar)
      throws IOException {
    List<String> jobs = new ArrayList<>(known.jobs());
    jobs.add(jobId);
    write(
        own,
        new Stored(
            own.relativize(known.pipeline()).toString(),
            own.relativize(known.definitions()).toString(),
            parallelism,
            jobs,
            new Submitted.RunJar(jar.name(), jar.chosen())));
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
