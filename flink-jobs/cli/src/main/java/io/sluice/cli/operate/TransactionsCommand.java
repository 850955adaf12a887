package io.sluice.cli.operate;

import io.sluice.cli.platform.Broker;
import io.sluice.cli.text.CommandFailure;
import io.sluice.cli.text.Output;
import io.sluice.cli.text.Text;
import io.sluice.connectors.kafka.transactions.OpenTransaction;
import io.sluice.definition.yaml.NameList;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** Shows the transactions that are open in Kafka, and aborts one whose producer is gone. */
@Command(
    name = "transactions",
    header = "Show and abort the transactions that are open in Kafka.",
    synopsisSubcommandLabel = "COMMAND",
    description = {
      "Consumers of committed records get nothing from behind the first record of an open",
      "transaction. A pipeline has one open for each topic of dead letters while there are any."
    },
    footer = {"", "Example:", "  ./sluice transactions list"})
public final class TransactionsCommand implements Runnable {

  /** The ids of a pipeline's sinks, as the job makes them. */
  private static final Pattern OF_PIPELINE = Pattern.compile("sluice\\.([\\w-]+)\\..*");

  @ParentCommand private OperatedHome sluice;
  @Spec private CommandSpec spec;

  @Option(
      names = "--kafka",
      paramLabel = "HOST:PORT",
      scope = ScopeType.INHERIT,
      description = "The brokers, such as those of a cluster (default: the home's).")
  private String kafka;

  /** An open transaction in its machine form; times are null when Kafka does not say. */
  private record Listed(
      String id, String state, long producer, String began, String until, List<String> partitions) {
    static Listed of(OpenTransaction open) {
      return new Listed(
          open.id(),
          open.state(),
          open.producer(),
          open.began().map(Text::time).orElse(null),
          open.until().map(Text::time).orElse(null),
          open.partitions());
    }
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Name what to do: list or abort.");
  }

  private Broker broker() {
    return kafka == null
        ? sluice.platform().broker(sluice.endpoints())
        : sluice.platform().broker(kafka);
  }

  private Output output() {
    return new Output(spec, sluice.context());
  }

  @Command(
      name = "list",
      header = "List the open transactions, the oldest first.",
      description = {
        "UNTIL is when Kafka aborts it by itself, unless its producer ends it before. One that is",
        "older than the time between two checkpoints has lost its producer, or waits for a job that",
        "takes none."
      },
      footer = {"", "Example:", "  ./sluice transactions list"})
  int list(@Option(names = "--json", description = "Print as JSON.") boolean json)
      throws IOException, InterruptedException {
    List<OpenTransaction> open;
    try (Broker broker = broker()) {
      open = broker.openTransactions();
    }
    if (json) {
      output().json(open.stream().map(Listed::of).toList());
    } else if (open.isEmpty()) {
      output().line("No open transaction.");
    } else {
      output()
          .table(
              List.of("TRANSACTION", "STATE", "OPEN FOR", "UNTIL", "PARTITIONS"),
              open.stream().map(TransactionsCommand::row).toList());
    }
    return 0;
  }

  private static List<String> row(OpenTransaction open) {
    return List.of(
        open.id(),
        open.state(),
        open.began().map(TransactionsCommand::age).orElse("-"),
        open.until().map(Text::time).orElse("-"),
        NameList.orNone(open.partitions()));
  }

  private static String age(Instant began) {
    return Text.duration(Duration.between(began, Instant.now()));
  }

  @Command(
      name = "abort",
      header = "Abort an open transaction.",
      description = {
        "Its messages are never delivered, and its producer cannot go on under this id. Refused",
        "while its producer may still commit it, unless --lose-messages is given."
      },
      footer = {"", "Example:", "  ./sluice transactions abort sluice.market-risk.trades/-0-1"})
  int abort(
      @Parameters(paramLabel = "TRANSACTION", description = "The id, as list shows it.") String id,
      @Option(
              names = "--lose-messages",
              description =
                  "Abort it although its producer may still commit it: what it holds is lost, and a pipeline whose checkpoint holds it fails until it is started without state.")
          boolean lose)
      throws IOException, InterruptedException {
    try (Broker broker = broker()) {
      OpenTransaction open = requireOpen(broker, id);
      if (!lose) {
        requireAbandoned(open);
      }
      broker.abortTransaction(id);
      output()
          .line(
              "Transaction %s is aborted: its messages in %s are not delivered, and consumers of committed records go on."
                  .formatted(id, NameList.orNone(open.partitions())));
    }
    return 0;
  }

  /** Kafka would make a producer of an id that it does not know. */
  private static OpenTransaction requireOpen(Broker broker, String id)
      throws IOException, InterruptedException {
    Optional<OpenTransaction> open = broker.openTransaction(id);
    if (open.isEmpty()) {
      String others =
          NameList.orNone(broker.openTransactions().stream().map(OpenTransaction::id).toList());
      throw new CommandFailure(
          broker
              .transactionState(id)
              .map(
                  state ->
                      "The transaction %s is not open (Kafka calls it %s): there is nothing to abort. Open ones: %s."
                          .formatted(id, state, others))
              .orElseGet(
                  () ->
                      "Kafka knows no transaction %s. Open ones: %s. An id is written as 'sluice transactions list' shows it."
                          .formatted(id, others)));
    }
    if (!open.get().isOngoing()) {
      throw new CommandFailure(
          "The end of transaction %s is decided (Kafka calls it %s) and being written: it cannot be aborted. If it stays so, a broker with one of its partitions is away: %s."
              .formatted(id, open.get().state(), NameList.orNone(open.get().partitions())));
    }
    return open.get();
  }

  private static void requireAbandoned(OpenTransaction open) {
    if (open.until().filter(until -> !Instant.now().isBefore(until)).isPresent()) {
      return;
    }
    throw new CommandFailure(
        "Transaction %s was not aborted: its producer may still commit it%s. %s Wait until then, or abort it now and lose its messages: --lose-messages"
            .formatted(
                open.id(),
                open.until()
                    .map(
                        until ->
                            " until %s, when Kafka aborts it by itself".formatted(Text.time(until)))
                    .orElse(""),
                consequence(open)));
  }

  private static String consequence(OpenTransaction open) {
    Matcher pipeline = OF_PIPELINE.matcher(open.id());
    return pipeline.matches()
        ? "It is of the pipeline %s: if a checkpoint holds it, the pipeline would fail again and again until it is started without state."
            .formatted(pipeline.group(1))
        : "Its producer would fail.";
  }
}
