package io.sluice.k8s.chart;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * What Helm and kubectl send: JSON, but for the Secrets in which Helm keeps its releases, and for
 * what {@code kubectl create} makes. Go's client writes those as protocol buffers, of which this
 * reads the metadata, and the fields that a Secret has.
 */
final class KubernetesBody {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final byte[] MAGIC = {'k', '8', 's', 0};

  private KubernetesBody() {}

  static ObjectNode read(byte[] body) throws IOException {
    if (body.length < MAGIC.length
        || ByteBuffer.wrap(body, 0, 4).compareTo(ByteBuffer.wrap(MAGIC)) != 0) {
      return (ObjectNode) JSON.readTree(body);
    }
    ObjectNode resource = JSON.createObjectNode();
    // The envelope: 1 is the type, 2 the object.
    eachField(
        ByteBuffer.wrap(body, 4, body.length - 4),
        (envelope, object) -> {
          if (envelope == 1) {
            eachField(
                object,
                (field, value) -> resource.put(field == 1 ? "apiVersion" : "kind", text(value)));
          } else if (envelope == 2) {
            eachField(object, (field, value) -> field(resource, field, value));
          }
        });
    return resource;
  }

  private static void field(ObjectNode resource, int field, ByteBuffer value) {
    if (field == 1) {
      ObjectNode metadata = resource.putObject("metadata");
      eachField(value, (number, text) -> metadataField(metadata, number, text));
    } else if (resource.get("kind").asText().equals("Secret")) {
      secretField(resource, field, value);
    }
  }

  private static void secretField(ObjectNode secret, int field, ByteBuffer value) {
    if (field == 2) {
      ByteBuffer[] entry = entry(value);
      byte[] data = new byte[entry[1].remaining()];
      entry[1].get(data);
      secret.withObjectProperty("data").put(text(entry[0]), data);
    } else if (field == 3) {
      secret.put("type", text(value));
    }
  }

  private static void metadataField(ObjectNode metadata, int field, ByteBuffer value) {
    if (field == 1) {
      metadata.put("name", text(value));
    } else if (field == 3) {
      metadata.put("namespace", text(value));
    } else if (field == 11) {
      ByteBuffer[] entry = entry(value);
      metadata.withObjectProperty("labels").put(text(entry[0]), text(entry[1]));
    }
  }

  /** Key and value of an entry of a map. */
  private static ByteBuffer[] entry(ByteBuffer bytes) {
    ByteBuffer[] entry = {ByteBuffer.allocate(0), ByteBuffer.allocate(0)};
    eachField(bytes, (field, value) -> entry[field - 1] = value);
    return entry;
  }

  private interface Field {
    void read(int number, ByteBuffer value);
  }

  /** Fields that have a length; numbers are passed over. */
  private static void eachField(ByteBuffer bytes, Field field) {
    while (bytes.hasRemaining()) {
      long key = number(bytes);
      long length = number(bytes);
      if ((key & 7) == 2) {
        ByteBuffer value = bytes.slice(bytes.position(), (int) length);
        bytes.position(bytes.position() + (int) length);
        field.read((int) (key >> 3), value);
      } else if ((key & 7) != 0) {
        throw new IllegalArgumentException("A field of type " + (key & 7) + " was not expected.");
      }
    }
  }

  private static long number(ByteBuffer bytes) {
    long number = 0;
    int shift = 0;
    byte next;
    do {
      next = bytes.get();
      number |= (long) (next & 127) << shift;
      shift += 7;
    } while (next < 0);
    return number;
  }

  private static String text(ByteBuffer value) {
    return StandardCharsets.UTF_8.decode(value.duplicate()).toString();
  }
}
