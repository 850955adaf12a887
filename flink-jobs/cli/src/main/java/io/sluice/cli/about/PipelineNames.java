package io.sluice.cli.about;

import io.sluice.cli.submit.PipelineFiles;
import io.sluice.cli.text.CliContext;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.IFactory;

/**
 * What a shell offers where a pipeline is named: the shipped ones, and other words that may stand
 * there. The folder is read when they are asked for.
 */
public class PipelineNames implements Iterable<String> {
  /** What a shell takes as it stands: the script would run a command in the name of a file. */
  private static final Pattern PLAIN = Pattern.compile("[\\w.-]+");

  private final CliContext context;
  private final List<String> others;

  PipelineNames(CliContext context, String... others) {
    this.context = Objects.requireNonNull(context, "context");
    this.others = List.of(others);
  }

  @Override
  public Iterator<String> iterator() {
    List<String> names = new ArrayList<>(others);
    PipelineFiles.names(context.shippedPipelines()).stream()
        .filter(name -> PLAIN.matcher(name).matches())
        .forEach(names::add);
    return names.iterator();
  }

  /** Where a server may be named, too. */
  public static final class OrServers extends PipelineNames {
    OrServers(CliContext context) {
      super(context, "postgres", "redis", "kafka", "registry", "jobmanager", "taskmanager");
    }
  }

  /** Where the kind of a thing may be named, too. */
  public static final class OrKinds extends PipelineNames {
    OrKinds(CliContext context) {
      super(context, "table", "topic", "view", "pipeline");
    }
  }

  /** Makes these lists, which need to know where pipelines are, and all else as picocli does. */
  public static IFactory factory(CliContext context) {
    return new IFactory() {
      @Override
      public <K> K create(Class<K> type) throws Exception {
        if (type == PipelineNames.class) {
          return type.cast(new PipelineNames(context));
        } else if (type == OrServers.class) {
          return type.cast(new OrServers(context));
        } else if (type == OrKinds.class) {
          return type.cast(new OrKinds(context));
        }
        return CommandLine.defaultFactory().create(type);
      }
    };
  }
}
