package io.sluice.k8s.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.InstallCommand;
import org.junit.jupiter.api.Test;

/** What Helm prints after an install. */
class NotesTest {

  @Test
  void nameWhatToDoNext() throws Exception {
    assertThat(notes(Chart.FOLDER.resolve("examples/prod.yaml").toString()))
        .contains(
            "market-risk: 8 parallel tasks on 2 TaskManager(s) of 4 slot(s), 2 JobManager(s).",
            "It waits for the Secret market-risk-credentials",
            "kubectl get flinkdeployment -n sluice-prod market-risk",
            "helm uninstall ends no job.")
        .doesNotContain("slot(s) are empty");
  }

  private static String notes(String values) throws Exception {
    InstallCommand command =
        new Helm(Chart.FOLDER)
            .install()
            .clientOnly()
            .dryRun()
            .withName("sluice")
            .withNamespace("sluice-prod")
            .withKubeVersion("1.32.0")
            .withValuesFile(java.nio.file.Path.of(values));
    Chart.shippedFiles().forEach(command::setFile);
    return command.call().getOutput();
  }
}
