package io.sluice.definition.yaml;

import io.sluice.definition.model.Problem;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/**
 * Reads a YAML file into nodes that know their line and column. No object is ever constructed from
 * a tag. Size, depth and what aliases may unfold to are limited, so that a hostile file costs
 * little.
 */
public final class YamlFile {
  /** Bytes; the largest known contracts are a tenth of it. */
  static final int MAX_BYTES = 1 << 20;

  static final int MAX_DEPTH = 40;

  /** Nodes of the document with every alias unfolded. */
  static final int MAX_NODES = 100_000;

  /** Some editors write it at the start of UTF-8 files. */
  private static final String BYTE_ORDER_MARK = "\uFEFF";

  private YamlFile() {}

  /** The document's root, or nothing after a problem was added. */
  public static Optional<Value> read(Path path, Problems problems) {
    String file = path.toString();
    Optional<String> text = text(path, problems);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    LoadSettings settings =
        LoadSettings.builder()
            .setLabel(file)
            .setSchema(new CoreSchema())
            .setCodePointLimit(MAX_BYTES)
            .build();
    try {
      Optional<Problem> limit = checkDepth(file, new Parse(settings).parseString(text.get()));
      if (limit.isPresent()) {
        problems.add(limit.get());
        return Optional.empty();
      }
      Optional<Node> root = new Compose(settings).composeString(text.get());
      if (root.isEmpty()) {
        problems.add(file, "the file is empty");
      } else if (size(root.get(), new IdentityHashMap<>()) > MAX_NODES) {
        problems.add(
            file,
            "the document unfolds to more than "
                + MAX_NODES
                + " values, or an alias contains itself. Use fewer aliases (*name).");
        return Optional.empty();
      }
      return root.map(node -> new Value(problems, file, "", node));
    } catch (MarkedYamlEngineException e) {
      problems.add(YamlSlip.of(file, text.get(), e));
      return Optional.empty();
    } catch (YamlEngineException e) {
      problems.add(file, "not valid YAML: " + e.getMessage());
      return Optional.empty();
    }
  }

  /** The file's text, or nothing after a problem was added. */
  public static Optional<String> text(Path path, Problems problems) {
    String file = path.toString();
    try {
      if (!Files.isRegularFile(path)) {
        problems.add(file, Files.exists(path) ? "is not a file" : "there is no such file");
      } else if (Files.size(path) > MAX_BYTES) {
        problems.add(file, "is larger than " + (MAX_BYTES >> 10) + " KiB");
      } else {
        String text = Files.readString(path, StandardCharsets.UTF_8);
        return Optional.of(text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text);
      }
    } catch (CharacterCodingException e) {
      problems.add(file, "is not UTF-8 text");
    } catch (IOException e) {
      problems.add(file, "cannot be read: " + e.getMessage());
    }
    return Optional.empty();
  }

  /** Walks the events, which needs no recursion, before nodes are composed, which does. */
  private static Optional<Problem> checkDepth(String file, Iterable<Event> events) {
    int depth = 0;
    for (Event event : events) {
      switch (event.getEventId()) {
        case MappingStart, SequenceStart -> depth++;
        case MappingEnd, SequenceEnd -> depth--;
        default -> {}
      }
      if (depth > MAX_DEPTH) {
        int line = event.getStartMark().map(Mark::getLine).orElse(-1) + 1;
        int column = event.getStartMark().map(Mark::getColumn).orElse(-1) + 1;
        return Optional.of(
            new Problem(
                file, line, column, "", "is nested more than " + MAX_DEPTH + " levels deep"));
      }
    }
    return Optional.empty();
  }

  /** How many values a walk would visit; a node that contains itself counts as infinite. */
  private static long size(Node node, Map<Node, Long> known) {
    Long before = known.putIfAbsent(node, Long.MAX_VALUE / MAX_NODES);
    if (before != null) {
      return before;
    }
    long size = 1;
    if (node instanceof MappingNode mapping) {
      for (NodeTuple tuple : mapping.getValue()) {
        size += size(tuple.getKeyNode(), known) + size(tuple.getValueNode(), known);
      }
    } else if (node instanceof SequenceNode sequence) {
      for (Node item : sequence.getValue()) {
        size += size(item, known);
      }
    }
    size = Math.min(size, Long.MAX_VALUE / MAX_NODES);
    known.put(node, size);
    return size;
  }
}
