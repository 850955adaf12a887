package io.sluice.cli.operate;

import io.sluice.cli.platform.Endpoints;
import io.sluice.cli.platform.Platform;
import io.sluice.cli.text.CliContext;
import io.sluice.cli.text.Output;
import java.io.IOException;
import java.nio.file.Path;

/** What the commands of this package ask of the root command. */
public interface OperatedHome {

  /** What the process was started with. */
  CliContext context();

  /** The absolute state folder. */
  Path home();

  /** The systems behind the commands. */
  Platform platform();

  /**
   * A savepoint or checkpoint that exists and may be run by this user.
   *
   * @param named a path or {@code s3://bucket/key}, or that of its metadata
   * @param output is told what was looked at
   * @return an absolute path or {@code s3://bucket/key}
   */
  String trusted(String named, Output output) throws IOException;

  /**
   * Where the servers of the home answer.
   *
   * @throws io.sluice.cli.text.CommandFailure if they do not run
   */
  Endpoints endpoints();
}
