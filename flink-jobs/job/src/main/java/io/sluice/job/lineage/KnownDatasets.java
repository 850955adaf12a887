package io.sluice.job.lineage;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Properties;
import org.apache.flink.api.common.JobID;

/**
 * The datasets of the jobs that this process has submitted. Receivers such as DataHub forget the
 * datasets of a run by an event without them, so each event has them all. Flink loads the classes
 * of the submitting code and of a job's listener separately, and gives a listener nothing of the
 * job but id and name; a system property is what both can see.
 */
final class KnownDatasets {
  private static final String PREFIX = "sluice.openlineage.";
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private KnownDatasets() {}

  private static Properties properties() {
    return System.getProperties();
  }

  static void keep(JobID job, ObjectNode datasets) {
    properties().put(PREFIX + job, datasets.toString());
  }

  static boolean has(JobID job) {
    return properties().containsKey(PREFIX + job);
  }

  /** Inputs and outputs; an object without either for a job of another process. */
  static ObjectNode of(JobID job) {
    Object text = properties().get(PREFIX + job);
    if (text == null) {
      return JsonNodeFactory.instance.objectNode();
    }
    try {
      return (ObjectNode) MAPPER.readTree((String) text);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("What was kept of job " + job + " cannot be read.", e);
    }
  }

  static void forget(JobID job) {
    properties().remove(PREFIX + job);
  }
}
