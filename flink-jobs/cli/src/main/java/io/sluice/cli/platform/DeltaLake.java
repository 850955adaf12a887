package io.sluice.cli.platform;

import io.sluice.cli.storage.StoredFiles;
import io.sluice.cli.text.CommandFailure;
import io.sluice.definition.yaml.NameList;
import io.sluice.definition.yaml.Nearest;
import io.sluice.delta.log.TableVersion;
import io.sluice.delta.table.DeltaTables;
import io.sluice.delta.table.TableColumn;
import io.sluice.delta.table.TableDetail;
import io.sluice.delta.table.TableFiles;
import io.sluice.job.TableOwner;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** The Delta tables below a root: a folder, or a key of a bucket. */
final class DeltaLake implements Tables {
  private final String root;

  DeltaLake(String root) {
    this.root = root;
  }

  @Override
  public List<String> list() throws IOException {
    return DeltaTables.list(root).stream()
        .map(table -> table.layer() + "/" + table.name())
        .toList();
  }

  @Override
  public Optional<Commit> latest(String table) throws IOException {
    String path = path(table);
    return DeltaTables.exists(path)
        ? Optional.of(new Commit(DeltaTables.latestVersion(path), DeltaTables.lastCommitTime(path)))
        : Optional.empty();
  }

  @Override
  public List<TableVersion> history(String table, int limit) throws IOException {
    return DeltaTables.history(existing(table), limit);
  }

  @Override
  public Rows rows(String table, Optional<Long> version, List<String> columns, int limit)
      throws IOException {
    String path = existing(table);
    long newest = DeltaTables.latestVersion(path);
    long wanted = version.orElse(newest);
    if (wanted < 0 || wanted > newest) {
      throw new CommandFailure(
          "The table %s has no version %d; its versions are 0 to %d."
              .formatted(table, wanted, newest));
    }
    List<String> all =
        DeltaTables.schema(path, OptionalLong.of(wanted)).stream().map(TableColumn::name).toList();
    for (String column : columns) {
      if (!all.contains(column)) {
        throw new CommandFailure(
            "Version %d of the table %s has no column %s; it has: %s."
                .formatted(wanted, table, column, NameList.of(all)));
      }
    }
    List<Map<String, Object>> maps;
    try (Stream<Map<String, Object>> rows =
        DeltaTables.rows(path, OptionalLong.of(wanted), columns, limit)) {
      maps = rows.toList();
    }
    List<String> shown = columns.isEmpty() ? all : columns;
    List<List<Object>> rows = new ArrayList<>();
    for (Map<String, Object> map : maps) {
      List<Object> row = new ArrayList<>();
      shown.forEach(column -> row.add(map.get(column)));
      rows.add(row);
    }
    return new Rows(wanted, shown, rows);
  }

  @Override
  public long versionAsOf(String table, Instant time) throws IOException {
    return DeltaTables.versionAsOf(existing(table), time);
  }

  @Override
  public List<TableColumn> schema(String table) throws IOException {
    return DeltaTables.schema(existing(table), OptionalLong.empty());
  }

  @Override
  public TableDetail detail(String table) throws IOException {
    return DeltaTables.detail(existing(table));
  }

  @Override
  public TableFiles files(String table, Optional<Long> version, Path copies) throws IOException {
    return DeltaTables.files(
        existing(table), version.map(OptionalLong::of).orElse(OptionalLong.empty()), copies);
  }

  @Override
  public Optional<Instant> pausedUntil(String table) throws IOException {
    return DeltaTables.pausedUntil(path(table));
  }

  @Override
  public void checkOwner(String table, String pipeline) throws IOException {
    try {
      TableOwner.check(pipeline, path(table));
    } catch (IllegalStateException another) {
      throw new CommandFailure(another.getMessage(), another);
    }
  }

  @Override
  public void remove(String table) throws IOException {
    StoredFiles.of(root).remove(path(table));
  }

  /** The path of a table that must be there. */
  String existing(String table) throws IOException {
    String path = path(table);
    if (!DeltaTables.exists(path)) {
      throw new CommandFailure(
          "There is no table %s in %s.%s".formatted(table, root, instead(table)));
    }
    return path;
  }

  /** The tables that were probably meant, and how to see all. */
  private String instead(String table) throws IOException {
    List<String> known = list();
    if (known.isEmpty()) {
      return " There are no tables yet.";
    }
    String name = table.substring(table.indexOf('/'));
    List<String> namesakes = known.stream().filter(other -> other.endsWith(name)).toList();
    String hint =
        namesakes.isEmpty()
            ? Nearest.hint(table, known)
            : " Of that name there is %s.".formatted(NameList.of(namesakes));
    return hint + " 'sluice table list' shows all %d.".formatted(known.size());
  }

  private String path(String table) {
    if (!table.matches("[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+") || table.contains("..")) {
      throw new CommandFailure(
          "\"%s\" names no table: write LAYER/NAME, such as silver/trades.".formatted(table));
    }
    return root + "/" + table;
  }
}
