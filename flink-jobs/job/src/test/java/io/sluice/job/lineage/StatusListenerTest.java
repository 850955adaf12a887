package io.sluice.job.lineage;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.time.Duration;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.core.execution.DefaultJobExecutionStatusEvent;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a receiver is told of the states that Flink reports. */
@Timeout(30)
class StatusListenerTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final Duration NEVER = Duration.ofHours(1);

  private final JobID job = new JobID();
  private TestingReceiver receiver;
  private Delivery delivery;

  @BeforeEach
  void listen() throws IOException {
    receiver = new TestingReceiver();
    delivery = new Delivery(receiver.receiver());
    KnownDatasets.keep(job, JsonNodeFactory.instance.objectNode().set("inputs", inputs()));
  }

  private static ArrayNode inputs() {
    ArrayNode inputs = JsonNodeFactory.instance.arrayNode();
    inputs.addObject().put("namespace", "kafka://a:1").put("name", "t");
    return inputs;
  }

  @AfterEach
  void close() {
    receiver.close();
    KnownDatasets.forget(job);
  }

  private StatusListener listener(Duration hold) {
    return new StatusListener("test", delivery, hold);
  }

  private void tell(StatusListener listener, JobStatus... states) {
    for (JobStatus state : states) {
      listener.onEvent(
          new DefaultJobExecutionStatusEvent(
              job,
              "orders",
              JobStatus.CREATED,
              state,
              state == JobStatus.FAILED
                  ? new RuntimeException("outer", new IOException("canary-message"))
                  : null));
    }
  }

  private JsonNode next(String type) throws Exception {
    String text = receiver.next();
    OpenLineageSchemas.check(text);
    JsonNode event = MAPPER.readTree(text);
    assertThat(event.get("eventType").asText()).isEqualTo(type);
    assertThat(event.at("/run/runId").asText())
        .isEqualTo(new RunEvents("test", "orders", job).runId().toString());
    assertThat(event.at("/job/name").asText()).isEqualTo("orders");
    assertThat(event.at("/job/namespace").asText()).isEqualTo("test");
    return event;
  }

  @Test
  void eachEventHasAllDatasets() throws Exception {
    tell(listener(NEVER), JobStatus.RUNNING, JobStatus.FINISHED);
    assertThat(next("RUNNING").at("/inputs/0/name").asText()).isEqualTo("t");
    assertThat(next("COMPLETE").at("/inputs/0/name").asText()).isEqualTo("t");
    delivery.flush();
    assertThat(KnownDatasets.has(job)).isFalse();
  }

  @Test
  void aFailureTellsItsKindAndNoMessage() throws Exception {
    tell(listener(NEVER), JobStatus.RUNNING, JobStatus.FAILING, JobStatus.FAILED);
    next("RUNNING");
    JsonNode event = next("FAIL");
    assertThat(event.at("/run/facets/errorMessage/message").asText())
        .startsWith("java.io.IOException ended the job.");
    assertThat(event.toString()).doesNotContain("canary-message");
  }

  @Test
  void tasksThatAreCancelledForARestartAbortNothing() throws Exception {
    StatusListener listener = listener(NEVER);
    tell(listener, JobStatus.RUNNING, JobStatus.CANCELLING, JobStatus.CANCELED);
    tell(listener, JobStatus.RUNNING, JobStatus.FINISHED);
    next("RUNNING");
    assertThat(next("RUNNING").has("inputs")).isTrue();
    next("COMPLETE");
    delivery.flush();
    assertThat(receiver.isEmpty()).isTrue();
  }

  @Test
  void aJobThatStaysCancelledIsAborted() throws Exception {
    tell(listener(Duration.ofMillis(50)), JobStatus.RUNNING, JobStatus.CANCELED);
    next("RUNNING");
    assertThat(next("ABORT").has("inputs")).isTrue();
  }

  @Test
  void aJobOfAProcessThatHasNotSubmittedItWaitsForItsDatasets() throws Exception {
    KnownDatasets.forget(job);
    StatusListener listener = listener(NEVER);
    tell(listener, JobStatus.RUNNING);
    KnownDatasets.keep(job, JsonNodeFactory.instance.objectNode().set("inputs", inputs()));
    delivery.flush();
    assertThat(next("RUNNING").has("inputs")).isTrue();
  }

  @Test
  void withoutDatasetsTheStateIsToldAlone() throws Exception {
    KnownDatasets.forget(job);
    StatusListener listener = listener(Duration.ofMillis(50));
    tell(listener, JobStatus.RUNNING);
    assertThat(next("RUNNING").has("inputs")).isFalse();
    tell(listener, JobStatus.FINISHED);
    next("COMPLETE");
  }
}
