package io.sluice.cli.fault;

/** Rows of the poisoned pipeline as lines of text, the same for what is expected and found. */
final class ParcelLines {
  private static final int SHOWN = 20;

  private ParcelLines() {}

  /** A zone as people can read it. */
  static String zone(String zone) {
    if (zone == null) {
      return "no zone";
    }
    String readable = zone.replace("\0", "\\0");
    return readable.length() <= SHOWN
        ? "'" + readable + "'"
        : "'%s...' (%d characters, %x)"
            .formatted(readable.substring(0, SHOWN), zone.length(), zone.hashCode());
  }

  static String silver(Object id, String zone, Object until, Object tax, Object carrier) {
    return "%s in %s until %s, tax %s, carrier %s".formatted(id, zone, until, tax, carrier);
  }

  static String window(String zone, Object parcels, Object grams, Object worth) {
    return "%s: %s parcels, %s grams, worth %s".formatted(zone, parcels, grams, worth);
  }

  static String running(String zone, Object parcels, Object grams) {
    return "%s: %s parcels, %s grams".formatted(zone, parcels, grams);
  }

  static String share(String zone, double share) {
    return "%s: %s grams per part".formatted(zone, share);
  }
}
