package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.cli.Markdown.Block;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.ParameterException;

/** The documentation's files, commands, outputs and links are what it says. */
class DocumentationTest {
  private static final Path ROOT = Path.of("..", "..");
  private static final String SLUICE = "./sluice";
  private static final Set<String> LANGUAGES =
      Set.of("", "bash", "yaml", "json", "java", "console");

  private static final Pattern ROOM =
      Pattern.compile("flink-jobs/(\\w+)/src/main/java/io/sluice/\\w+/(\\w+)/\\w+\\.java");

  private static List<Markdown> pages;

  @TempDir private Path folder;

  @BeforeAll
  static void read() throws IOException {
    pages = Markdown.all(ROOT);
  }

  @Test
  void thereArePages() {
    assertThat(pages)
        .extracting(page -> page.file().toString())
        .contains("README.md", "schemas/README.md", "CONTRIBUTING.md");
    assertThat(pages)
        .flatExtracting(Markdown::blocks)
        .extracting(Block::language)
        .isSubsetOf(LANGUAGES);
  }

  /** Each file that the README and the page about datasets show. */
  @Test
  void filesAreValid() throws IOException {
    List<String> shown = new ArrayList<>();
    for (String name : List.of("README.md", "schemas/README.md")) {
      for (Block block : page(name).blocks()) {
        if (block.language().equals("yaml") || block.language().equals("json")) {
          assertThat(block.shownFile())
              .as("%s:%d shows a file without a name", name, block.line())
              .isPresent();
          shown.add(write(block));
        }
      }
    }
    assertThat(shown).contains("my/pipeline.yaml", "my/trips.avsc", "my/trips.odcs.yaml");
    assertThat(validate()).isEqualTo(output("README.md", "files checked").text());
  }

  /** The message that the page about datasets shows is that of the README's files with a slip. */
  @Test
  void messagesAreThoseOfTheCommand() throws IOException {
    for (Block block : page("README.md").blocks()) {
      if (block.shownFile().isPresent()) {
        write(block);
      }
    }
    Path pipeline = folder.resolve("my/pipeline.yaml");
    Files.writeString(pipeline, Files.readString(pipeline).replace("retain:", "retian:"));
    assertThat(validate()).isEqualTo(output("schemas/README.md", "retian").text());
  }

  /** Commands that stand in a block of their own can be typed as they are. */
  @Test
  void commandsAreWholeInBlocks() {
    List<String> wrong = new ArrayList<>();
    int commands = 0;
    for (Markdown page : pages) {
      for (Block block : page.blocks()) {
        for (String line : block.lines()) {
          if (isCommand(line)) {
            commands++;
            problem(ShellWords.of(line), true)
                .ifPresent(problem -> wrong.add(page.file() + ": " + line + ": " + problem));
          }
        }
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(commands).isGreaterThan(10);
  }

  /** Commands within sentences may leave out what is required, but name nothing that is not. */
  @Test
  void commandsInSentencesHaveTheseOptions() {
    List<String> wrong = new ArrayList<>();
    int commands = 0;
    for (Markdown page : pages) {
      for (String code : page.inlineCode()) {
        // A bar stands between things of which one is meant.
        if (code.startsWith("-Dtest=") || code.startsWith("-Dit.test=")) {
          MavenCommand.problem(ROOT, ShellWords.of(code))
              .ifPresent(problem -> wrong.add(page.file() + ": " + problem));
        } else if (isCommand(code) && !code.contains(" | ")) {
          commands++;
          problem(ShellWords.of(code), false)
              .ifPresent(problem -> wrong.add(page.file() + ": " + code + ": " + problem));
        }
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(commands).isGreaterThan(30);
  }

  @Test
  void linksLeadSomewhere() throws IOException {
    List<String> wrong = new ArrayList<>();
    for (Markdown page : pages) {
      for (String link : page.links()) {
        String[] parts = link.split("#", 2);
        Path target =
            parts[0].isEmpty() ? page.file() : page.file().resolveSibling(parts[0]).normalize();
        boolean leads =
            Files.exists(ROOT.resolve(target))
                && (parts.length == 1 || Markdown.read(ROOT, target).anchors().contains(parts[1]));
        if (!leads) {
          wrong.add(page.file() + ": " + link);
        }
      }
    }
    assertThat(wrong).isEmpty();
  }

  /** Each package of a module stands in the README of the module. */
  @Test
  void roomsAreListed() throws IOException {
    List<String> wrong = new ArrayList<>();
    for (Path source : SourceFiles.in(ROOT, ".java")) {
      Matcher room = ROOM.matcher(source.toString());
      if (room.matches()
          && !page("flink-jobs/" + room.group(1) + "/README.md")
              .prose()
              .contains("`" + room.group(2) + "`")) {
        wrong.add(room.group(1) + ": " + room.group(2));
      }
    }
    assertThat(wrong).isEmpty();
  }

  private static boolean isCommand(String line) {
    return line.startsWith(SLUICE + " ") || line.startsWith("mvn ");
  }

  /** What is wrong with a command; it is parsed and not run. */
  private Optional<String> problem(List<String> words, boolean whole) {
    // What stands behind the sign is the shell's.
    int redirection = words.indexOf(">");
    List<String> arguments = words.subList(1, redirection < 0 ? words.size() : redirection);
    if (words.get(0).equals("mvn")) {
      return MavenCommand.problem(ROOT, arguments);
    }
    try {
      Main.commandLine(TestingCommands.context(folder), new TestingPlatform(), log -> {})
          .parseArgs(arguments.toArray(String[]::new));
      return Optional.empty();
    } catch (MissingParameterException missing) {
      return whole ? Optional.of(missing.getMessage()) : Optional.empty();
    } catch (ParameterException wrong) {
      return Optional.of(wrong.getMessage());
    }
  }

  private static Markdown page(String name) {
    return pages.stream()
        .filter(page -> page.file().equals(Path.of(name)))
        .findFirst()
        .orElseThrow();
  }

  /** The block of a page that shows an output with these words. */
  private static Block output(String page, String words) {
    return page(page).blocks().stream()
        .filter(block -> block.language().equals("console") && block.text().contains(words))
        .findFirst()
        .orElseThrow();
  }

  private String write(Block block) throws IOException {
    String name = block.shownFile().orElseThrow();
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, block.text());
    return name;
  }

  /** What {@code ./sluice validate my/} prints in the folder of {@code my}. */
  private String validate() throws IOException {
    TestingCommands commands = new TestingCommands(Files.createDirectory(folder.resolve("other")));
    commands.run("validate", folder.resolve("my").toString());
    return (commands.err() + commands.out()).replace(folder + "/", "");
  }
}
