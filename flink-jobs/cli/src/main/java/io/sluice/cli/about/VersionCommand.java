package io.sluice.cli.about;

import io.sluice.cli.text.Output;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Tells what runs. */
@Command(
    name = "version",
    header = "Show the versions of Sluice, Flink and Java, and the commit of the build.",
    description = {
      "The commit is 'unknown' when the sources were not in a git repository, such as those of an",
      "archive. 'with changes' means that files differed from the commit when it was built."
    },
    footer = {"", "Example:", "  ./sluice version"})
public final class VersionCommand implements Callable<Integer>, NeedsNoHome {
  @Spec private CommandSpec spec;

  @Option(names = "--json", description = "Print the versions as JSON.")
  private boolean json;

  @Override
  public Integer call() {
    Output output = new Output(spec);
    Build build = Build.ofThisProgram();
    if (json) {
      output.json(Versions.of(build));
    } else {
      lines(build).forEach(output::line);
    }
    return 0;
  }

  static List<String> lines(Build build) {
    return List.of(
        "sluice  " + build.version(),
        "commit  " + build.commitText(),
        "flink   " + build.flink(),
        "java    " + Runtime.version());
  }

  /** The versions in their machine form; what is unknown is null. */
  private record Versions(
      String version, String commit, Boolean changed, String flink, String java) {
    static Versions of(Build build) {
      return new Versions(
          build.version(),
          build.commit().orElse(null),
          build.changed().orElse(null),
          build.flink(),
          Runtime.version().toString());
    }
  }

  /** The lines of the command, for {@code --version}. */
  public static final class Provider implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return lines(Build.ofThisProgram()).toArray(String[]::new);
    }
  }
}
