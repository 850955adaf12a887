package io.sluice.k8s.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.InstallCommand;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Helm prints after an install. */
class NotesTest {

  @TempDir private Path folder;

  @Test
  void nameWhatToDoNext() throws Exception {
    assertThat(notes(""))
        .contains(
            "market-risk: 8 parallel tasks on 2 TaskManager(s) of 4 slot(s), 2 JobManager(s).",
            "It waits for the Secret market-risk-credentials",
            "It waits for the Secret market-risk-tls, too, and needs an operator that shows",
            "svc/market-risk-rest 8081 (https; the browser has to show a certificate)",
            "kubectl get flinkdeployment -n sluice-prod market-risk",
            "market-risk maintains s3://sluice-prod/lake, optimize at \"17 2 * * *\" and vacuum at",
            "kubectl create job -n sluice-prod --from=cronjob/market-risk-optimize",
            "prometheusRule.labels is empty: a Prometheus that selects rules by a label",
            "helm uninstall ends no job.")
        .doesNotContain("are empty", "excludedVertices is empty", "No entry has", "not enabled");
  }

  @Test
  void nameWhatIsProbablyNotMeant() throws Exception {
    assertThat(
            notes(
                """
                keepOnUninstall: false
                prometheusRule: {enabled: false}
                pipelines:
                  market-risk:
                    job: {parallelism: 6}
                    autoscaler: {excludedVertices: []}
                    maintenance: {enabled: false}
                """))
        .contains(
            "6 parallel tasks on 2 TaskManager(s) of 4 slot(s)",
            "2 slot(s) are empty: job.parallelism is no multiple of",
            "autoscaler.excludedVertices is empty",
            "./sluice render helm-values prints the ids.",
            "No entry has maintenance.enabled: old files of tables stay",
            "prometheusRule is not enabled: nobody is told when a job fails",
            "keepOnUninstall is off: helm uninstall deletes jobs");
  }

  private String notes(String values) throws Exception {
    InstallCommand command =
        new Helm(Chart.FOLDER)
            .install()
            .clientOnly()
            .dryRun()
            .withName("sluice")
            .withNamespace("sluice-prod")
            .withKubeVersion("1.32.0")
            .withValuesFile(Chart.FOLDER.resolve("examples/prod.yaml"))
            .withValuesFile(Files.writeString(folder.resolve("values.yaml"), values));
    Chart.shippedFiles().forEach(command::setFile);
    return command.call().getOutput();
  }
}
