package io.sluice.cli.operate;

import io.sluice.cli.platform.Endpoints;
import io.sluice.cli.platform.Platform;
import io.sluice.cli.text.CliContext;
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
   * Where the servers of the home answer.
   *
   * @throws io.sluice.cli.text.CommandFailure if they do not run
   */
  Endpoints endpoints();
}
