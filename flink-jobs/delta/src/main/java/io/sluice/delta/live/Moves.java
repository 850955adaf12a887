package io.sluice.delta.live;

import io.sluice.delta.log.FileIds;
import io.sluice.delta.log.LiveFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import org.apache.flink.annotation.Internal;
import org.roaringbitmap.RoaringBitmap;

/**
 * Which rows of files that are gone a compacted file holds, and where: an index that knows a row by
 * its old place finds it here. Compactions of compacted files are told as one step.
 *
 * @param files in the order of their rows; those of which no row is left are not named
 */
@Internal
public record Moves(List<Moved> files) {

  public static final Moves NONE = new Moves(List.of());

  public Moves {
    files = List.copyOf(files);
  }

  /**
   * A file that is gone. Its rows that are left lie side by side, in their order. Laid out for few
   * bytes: one is kept in memory for every file that ever went into a live one.
   *
   * @param high upper half of its id, see {@link FileIds}
   * @param low lower half of its id
   * @param incarnation that wrote it, see {@link LiveFile#ORIGIN_TAG}; null for none
   * @param checkpoint that wrote it
   * @param into the file that it was compacted into
   * @param rows it had so many
   * @param first where the first one that is left is now
   * @param packed positions that are not there any more, as {@link #gone} has them
   */
  public record Moved(
      long high,
      long low,
      String incarnation,
      long checkpoint,
      UUID into,
      int rows,
      int first,
      byte[] packed) {

    private static final byte[] NOTHING = {};

    /**
     * @param origin see {@link LiveFile#ORIGIN_TAG}; null for none
     */
    public static Moved of(
        UUID id, String origin, UUID into, int rows, int first, RoaringBitmap gone) {
      Origin writer = Origin.parse(origin);
      return new Moved(
          id.getMostSignificantBits(),
          id.getLeastSignificantBits(),
          // All files of a job's run share it.
          writer == null ? null : writer.incarnation().intern(),
          writer == null ? 0 : writer.checkpoint(),
          into,
          rows,
          first,
          pack(gone));
    }

    private static byte[] pack(RoaringBitmap positions) {
      if (positions.isEmpty()) {
        return NOTHING;
      }
      RoaringBitmap small = positions.clone();
      small.runOptimize();
      ByteBuffer bytes = ByteBuffer.allocate(small.serializedSizeInBytes());
      small.serialize(bytes);
      return bytes.array();
    }

    UUID id() {
      return new UUID(high, low);
    }

    /**
     * The incarnation and checkpoint that wrote the file, as in {@link LiveFile#ORIGIN_TAG}; null
     * for none.
     */
    String origin() {
      return incarnation == null ? null : Lineage.origin(incarnation, checkpoint);
    }

    /** Positions that are not there any more; a bitmap of its own. */
    RoaringBitmap gone() {
      RoaringBitmap gone = new RoaringBitmap();
      if (packed.length > 0) {
        try {
          gone.deserialize(ByteBuffer.wrap(packed));
        } catch (IOException e) {
          throw new UncheckedIOException("It was packed by the same library", e);
        }
      }
      return gone;
    }

    /** Rows that are left. */
    int left() {
      return rows - gone().getCardinality();
    }

    /** Where the rows at some positions are now; nothing of rows that are gone. */
    RoaringBitmap places(RoaringBitmap positions) {
      RoaringBitmap places = new RoaringBitmap();
      RoaringBitmap gone = gone();
      RoaringBitmap.andNot(positions, gone)
          .forEach((int position) -> places.add(first + position - (int) gone.rankLong(position)));
      return places;
    }

    /** Where the rows are after others of their file were dropped and the rest moved on. */
    private Moved dropping(RoaringBitmap dropped, int base) {
      RoaringBitmap all = gone();
      RoaringBitmap mine = dropped.clone();
      mine.remove(0L, first);
      mine.remove((long) first + rows - all.getCardinality(), 1L << 32);
      byte[] now = packed;
      if (!mine.isEmpty()) {
        RoaringBitmap here = RoaringBitmap.flip(all, 0L, (long) rows);
        mine.forEach((int place) -> all.add(here.select(place - first)));
        now = pack(all);
      }
      int before = first == 0 ? 0 : (int) dropped.rankLong(first - 1);
      return new Moved(high, low, incarnation, checkpoint, into, rows, base + first - before, now);
    }
  }

  /**
   * A file whose rows are copied into another.
   *
   * @param deleted positions that are left out
   * @param moves what it holds of files before it
   */
  public record Input(LiveFile file, RoaringBitmap deleted, Moves moves) {

    /** This input with all of its rows. */
    public Input whole() {
      return new Input(file, new RoaringBitmap(), moves);
    }
  }

  /**
   * Of a file that holds the rows of others one after the other.
   *
   * @param output its id
   * @param inputs with a known number of rows each
   */
  public static Moves into(UUID output, List<Input> inputs) {
    List<Moved> files = new ArrayList<>();
    int base = 0;
    for (Input input : inputs) {
      int rows = Math.toIntExact(input.file().rows().getAsLong());
      UUID id = FileIds.of(input.file().path());
      files.add(Moved.of(id, input.file().origin(), output, rows, base, input.deleted()));
      for (Moved earlier : input.moves().files()) {
        files.add(earlier.dropping(input.deleted(), base));
      }
      base += rows - input.deleted().getCardinality();
    }
    files.removeIf(file -> file.left() == 0);
    return new Moves(files);
  }

  /** Where rows of a file are now; nothing of a file that is not among these. */
  public RoaringBitmap places(UUID file, RoaringBitmap positions) {
    RoaringBitmap places = new RoaringBitmap();
    files.stream()
        .filter(moved -> moved.id().equals(file))
        .forEach(moved -> places.or(moved.places(positions)));
    return places;
  }

  /**
   * Whether every row comes from a file of some kind, at first or on its way.
   *
   * @param known tells by id and origin
   */
  boolean allFrom(Predicate<Moved> known) {
    Map<UUID, Moved> byId = new HashMap<>();
    Set<UUID> made = new HashSet<>();
    for (Moved file : files) {
      byId.put(file.id(), file);
      made.add(file.into());
    }
    return !files.isEmpty()
        && files.stream()
            .filter(file -> !made.contains(file.id()))
            .allMatch(
                file -> {
                  Moved at = file;
                  while (at != null && !known.test(at)) {
                    at = byId.get(at.into());
                  }
                  return at != null;
                });
  }
}
