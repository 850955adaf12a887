package io.sluice.definition.yaml;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Links in a folder of definitions. A folder may come from a stranger, and messages show what a
 * file holds: a link that leads out of the folder is not followed. A file or folder that the user
 * names is read wherever it is.
 */
public final class FolderLinks {
  private FolderLinks() {}

  /**
   * Why a file is not read, as the end of a sentence that begins with its name; empty if it is no
   * link, or one that stays inside. Costs one system call for a file that is no link.
   *
   * @param folder that the user named; it may itself be a link
   */
  public static Optional<String> refusal(Path folder, Path file) {
    if (!Files.isSymbolicLink(file)) {
      return Optional.empty();
    }
    try {
      Path target = file.toRealPath();
      return target.startsWith(folder.toRealPath())
          ? Optional.empty()
          : Optional.of(
              "is a link that leads out of the folder, to %s, and is not followed. Put the file itself there"
                  .formatted(target));
    } catch (IOException e) {
      return Optional.of("is a link that leads nowhere");
    }
  }
}
