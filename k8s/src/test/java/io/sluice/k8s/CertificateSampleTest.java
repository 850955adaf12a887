package io.sluice.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The sample makes what prod mounts, under the names by which others call it. */
class CertificateSampleTest {

  private static List<ObjectNode> sample() throws Exception {
    return Manifests.parse(Files.readString(Manifests.FOLDER.resolve("samples/certificate.yaml")));
  }

  private static ObjectNode certificate(String name) throws Exception {
    return sample().stream()
        .filter(each -> Manifests.kind(each).equals("Certificate"))
        .filter(each -> Manifests.name(each).equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static List<String> texts(JsonNode list) {
    List<String> texts = new ArrayList<>();
    list.forEach(each -> texts.add(each.asText()));
    return texts;
  }

  @Test
  void itsSecretIsTheOneThatProdMounts() throws Exception {
    ObjectNode deployment = Overlay.of("prod").deployment();
    JsonNode mounted = deployment.at("/spec/podTemplate/spec/volumes/1/secret");
    JsonNode made = certificate("market-risk-tls");
    assertThat(made.at("/spec/secretName")).isEqualTo(mounted.get("secretName"));
    assertThat(made.at("/metadata/namespace")).isEqualTo(deployment.at("/metadata/namespace"));
    assertThat(made.at("/spec/keystores/jks/create").asBoolean()).isTrue();
    assertThat(mounted.findValuesAsText("key")).containsExactly("keystore.jks", "truststore.jks");
  }

  /** The deployer, in the operator's pod, opens its files with the settings of the job. */
  @Test
  void oneTextOpensAllFiles() throws Exception {
    Map<String, String> settings = Manifests.settings(Overlay.of("prod").deployment());
    settings.keySet().removeIf(key -> !key.matches("security\\.ssl\\..*password"));
    String password = certificate("market-risk-tls").at("/spec/keystores/jks/password").asText();
    assertThat(settings).hasSize(6);
    assertThat(settings.values()).containsOnly(password);
    ObjectNode ofOperator =
        sample().stream()
            .filter(each -> Manifests.kind(each).equals("Secret"))
            .findFirst()
            .orElseThrow();
    assertThat(ofOperator.at("/stringData/password").asText()).isEqualTo(password);
    assertThat(certificate("flink-operator-cert").at("/spec/keystores/jks/passwordSecretRef/name"))
        .isEqualTo(ofOperator.at("/metadata/name"));
  }

  /** The operator compares the name of the service with the certificate. */
  @Test
  void itsNamesAreThoseOfTheService() throws Exception {
    JsonNode made = certificate("market-risk-tls").get("spec");
    assertThat(texts(made.get("dnsNames")))
        .contains("market-risk-rest", "market-risk-rest.sluice-prod");
    assertThat(texts(made.get("usages"))).contains("server auth", "client auth");
    assertThat(texts(certificate("flink-operator-cert").at("/spec/usages")))
        .contains("client auth");
  }
}
