package io.sluice.cli.submit;

import io.sluice.cli.text.CommandFailure;
import io.sluice.definition.pipeline.PipelineLoader;
import io.sluice.definition.yaml.NameList;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Where a pipeline finds its datasets when {@code --definitions} names no folder: the first of
 * several folders that holds one of them.
 */
public final class DefinitionsFolder {
  private DefinitionsFolder() {}

  /**
   * Looks in the pipeline file's own folder, then in others.
   *
   * @param others such as the shipped definitions; the last one is taken when nothing is found and
   *     the pipeline's own folder holds no dataset at all
   * @throws CommandFailure if the datasets are spread over several of the folders
   */
  public static Path of(Path pipeline, List<Path> others) {
    Path parent = pipeline.getParent();
    Path own = parent == null ? Path.of(".") : parent;
    Set<String> wanted = PipelineLoader.datasetsOf(pipeline);
    Map<Path, Set<String>> held = new LinkedHashMap<>();
    held.put(own, PipelineLoader.datasetsIn(own));
    others.forEach(folder -> held.computeIfAbsent(folder, PipelineLoader::datasetsIn));
    for (Map.Entry<Path, Set<String>> candidate : held.entrySet()) {
      Set<String> missing = new TreeSet<>(wanted);
      if (missing.removeAll(candidate.getValue())) {
        checkNotElsewhere(pipeline, wanted, missing, candidate.getKey(), held);
        return candidate.getKey();
      }
    }
    return held.get(own).isEmpty() && !others.isEmpty() ? others.get(others.size() - 1) : own;
  }

  /**
   * The folder that the user named, else where {@link #of} finds the pipeline's datasets.
   *
   * @param named null for none
   * @param shipped the shipped definitions
   */
  public static Path orNamed(Path named, Path pipeline, Path shipped) {
    return named == null ? of(pipeline, List.of(shipped)) : named;
  }

  private static void checkNotElsewhere(
      Path pipeline,
      Set<String> wanted,
      Set<String> missing,
      Path chosen,
      Map<Path, Set<String>> held) {
    for (Map.Entry<Path, Set<String>> other : held.entrySet()) {
      List<String> there = missing.stream().filter(other.getValue()::contains).toList();
      if (!there.isEmpty()) {
        List<String> here = new ArrayList<>(new TreeSet<>(wanted));
        here.removeAll(missing);
        throw new CommandFailure(
            "The datasets of %s are spread over two folders: %s in %s, %s in %s. Name one folder that holds them all with --definitions."
                .formatted(
                    pipeline, NameList.of(here), chosen, NameList.of(there), other.getKey()));
      }
    }
  }
}
