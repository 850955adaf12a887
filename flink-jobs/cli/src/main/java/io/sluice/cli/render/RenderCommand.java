package io.sluice.cli.render;

import io.sluice.cli.about.NeedsNoHome;
import io.sluice.cli.about.PipelineNames;
import io.sluice.cli.operate.OperatedHome;
import io.sluice.cli.submit.DefinitionsFolder;
import io.sluice.cli.submit.PipelineFiles;
import io.sluice.cli.text.CliContext;
import io.sluice.cli.text.TerminalWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Prints the entry of a pipeline for the Helm chart, or its manifests. */
@Command(
    name = "render",
    header = "Print what Kubernetes needs of a pipeline: values for Helm, or manifests.",
    description = {
      "helm-values prints an entry for the chart helm/sluice: the definitions, the parallelism, and",
      "the tasks that an autoscaler has to leave alone. k8s prints the same as manifests for the",
      "base of kustomize. Both are made of the files that 'sluice validate'",
      "checks; addresses and credentials are not in them."
    },
    footer = {
      "",
      "Examples:",
      "  ./sluice render helm-values my/pipeline.yaml > city.yaml",
      "  ./sluice render helm-values market-risk --rate 100000",
      "  ./sluice render k8s my/pipeline.yaml > k8s/base/city.yaml"
    })
public final class RenderCommand implements Callable<Integer>, NeedsNoHome {

  /** What is printed. */
  static final class Targets extends ArrayList<String> {
    private static final long serialVersionUID = 1L;

    Targets() {
      super(List.of("helm-values", "k8s"));
    }
  }

  @ParentCommand private OperatedHome sluice;
  @Spec private CommandSpec spec;

  @Parameters(
      index = "0",
      paramLabel = "helm-values|k8s",
      completionCandidates = Targets.class,
      description = "What to print.")
  private String target;

  @Parameters(
      index = "1",
      paramLabel = "PIPELINE",
      completionCandidates = PipelineNames.class,
      description = "The pipeline file, or the name of a shipped pipeline.")
  private String pipeline;

  @Option(
      names = "--definitions",
      paramLabel = "DIR",
      description =
          "Folder of schemas and contracts (default: the pipeline's own folder when it holds the datasets, else the shipped ones).")
  private Path definitions;

  @Option(
      names = "--rate",
      paramLabel = "N",
      description =
          "Events per second that the job has to keep up with; sets the parallelism unless the pipeline's run.parallelism does.")
  private Long rate;

  @Override
  public Integer call() throws IOException {
    if (rate != null && rate < 1) {
      throw new ParameterException(
          spec.commandLine(),
          "--rate is %d; it must be at least 1 event per second.".formatted(rate));
    }
    CliContext context = sluice.context();
    Path file = PipelineFiles.resolve(pipeline, context.shippedPipelines());
    Path folder = DefinitionsFolder.orNamed(definitions, file, context.shippedDefinitions());
    PipelineToRender read = PipelineToRender.read(file, folder, context.variables());
    OptionalLong perSecond = rate == null ? OptionalLong.empty() : OptionalLong.of(rate);
    int parallelism = Sizing.parallelism(read.pipeline(), perSecond);
    String text =
        switch (target) {
          case "helm-values" -> HelmValues.of(read, parallelism);
          case "k8s" -> Manifests.of(read, parallelism);
          default ->
              throw new ParameterException(
                  spec.commandLine(),
                  "There is no '%s' to render; there are helm-values and k8s.".formatted(target));
        };
    PrintWriter out = TerminalWriter.of(spec.commandLine().getOut()).exact();
    out.print(text);
    out.flush();
    return 0;
  }
}
