package io.sluice.cli.command;

import io.sluice.cli.text.CommandFailure;
import io.sluice.definition.model.LakeRoot;
import java.nio.file.Path;

/** Which lake a command looks into. */
final class LakeChoice {
  static final String DESCRIPTION =
      "Root of the tables, a folder or s3://BUCKET/KEY (default: that of the home).";

  /** What a parameter {@code LAYER/NAME} is. */
  static final String TABLE = "A table, such as silver/trades; 'sluice table list' shows all.";

  private LakeChoice() {}

  /**
   * The root of the tables.
   *
   * @param named what the user named; null for the home's own
   */
  static String root(String named, SluiceCommand sluice) {
    if (named == null) {
      return sluice.platform().servers(sluice.home()).lake();
    }
    LakeRoot.problem(named)
        .ifPresent(
            problem -> {
              throw new CommandFailure("--lake %s: %s".formatted(named, problem));
            });
    if (!LakeRoot.isRemote(named)) {
      return Path.of(named).toAbsolutePath().normalize().toString();
    }
    String own = sluice.platform().servers(sluice.home()).lake();
    if (LakeRoot.isRemote(own) && !named.equals(own)) {
      throw new CommandFailure(
          "--lake %s is not the lake of this home, %s, and a home with an object store of its own reaches no other. Name it with a home that keeps its tables on disk: --home DIR."
              .formatted(named, own));
    }
    return named;
  }
}
