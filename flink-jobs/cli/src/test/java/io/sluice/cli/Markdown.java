package io.sluice.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * One page of the documentation: its fenced blocks, and the rest as prose.
 *
 * @param file relative to the root of the repository
 */
record Markdown(Path file, List<Block> blocks, String prose) {
  private static final String FENCE = "```";
  private static final Pattern INLINE = Pattern.compile("`([^`\n]+)`");
  private static final Pattern LINK = Pattern.compile("]\\(([^)\\s]+)\\)");
  private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.*)$");
  private static final Pattern NAMED_FIRST = Pattern.compile("# ([\\w./-]+)(:.*)?");
  private static final Pattern NAMED_BEHIND = Pattern.compile("as `([^`]+)`.*");

  /**
   * A fenced block.
   *
   * @param line of its first line of text, from 1
   * @param language what stands behind the fence, possibly nothing
   * @param behind the first line of prose behind it
   */
  record Block(int line, String language, List<String> lines, String behind) {

    String text() {
      return String.join("\n", lines) + "\n";
    }

    /** The file that it shows: named by a comment in the first line, or right behind the block. */
    Optional<String> shownFile() {
      return Stream.of(
              NAMED_FIRST.matcher(lines.get(0)).results(), NAMED_BEHIND.matcher(behind).results())
          .flatMap(found -> found)
          .map(found -> found.group(1))
          .findFirst();
    }
  }

  static Markdown read(Path root, Path file) throws IOException {
    List<Block> blocks = new ArrayList<>();
    StringBuilder prose = new StringBuilder();
    List<String> lines = Files.readAllLines(root.resolve(file));
    for (int i = 0; i < lines.size(); i++) {
      if (!lines.get(i).startsWith(FENCE)) {
        prose.append(lines.get(i)).append('\n');
        continue;
      }
      int end = i + 1;
      while (!lines.get(end).equals(FENCE)) {
        end++;
      }
      String behind =
          lines.stream().skip(end + 1).filter(line -> !line.isBlank()).findFirst().orElse("");
      blocks.add(
          new Block(
              i + 2,
              lines.get(i).substring(FENCE.length()),
              List.copyOf(lines.subList(i + 1, end)),
              behind));
      i = end;
    }
    return new Markdown(file, blocks, prose.toString());
  }

  /** The pages of the repository. */
  static List<Markdown> all(Path root) throws IOException {
    List<Markdown> pages = new ArrayList<>();
    for (Path file : SourceFiles.in(root, ".md")) {
      pages.add(read(root, file));
    }
    return pages;
  }

  /** Code within sentences and tables. */
  List<String> inlineCode() {
    return INLINE.matcher(prose).results().map(found -> found.group(1)).toList();
  }

  /** Targets of links to other files and to headings, not to other sites. */
  List<String> links() {
    return LINK.matcher(prose)
        .results()
        .map(found -> found.group(1))
        .filter(target -> !target.startsWith("http"))
        .toList();
  }

  /** What a link to a heading has behind its number sign. */
  List<String> anchors() {
    return HEADING.matcher(prose).results().map(Markdown::anchor).toList();
  }

  private static String anchor(MatchResult heading) {
    return heading
        .group(1)
        .toLowerCase(Locale.ROOT)
        .replaceAll("[^\\p{L}\\p{N}_ -]", "")
        .replace(' ', '-');
  }
}
