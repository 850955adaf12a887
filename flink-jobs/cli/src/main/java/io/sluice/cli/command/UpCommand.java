package io.sluice.cli.command;

import io.sluice.cli.platform.Endpoints;
import io.sluice.cli.text.Output;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Starts the servers of a home. */
@Command(
    name = "up",
    header = "Start Kafka, the schema registry, Redis, PostgreSQL and Flink.",
    description = {
      "Real processes on 127.0.0.1. They go on after this command until 'sluice down'; what runs",
      "already is left alone. Their state stays in the home folder.",
      "With --storage s3 tables and the state of jobs are objects in a bucket of an S3 server, which",
      "is one process more. The home keeps to the storage that it began with."
    },
    footer = {"", "Examples:", "  ./sluice up", "  ./sluice up --storage s3"})
final class UpCommand implements Callable<Integer> {
  @ParentCommand private SluiceCommand sluice;
  @Spec private CommandSpec spec;

  @Mixin private StorageOption storage;

  @Option(names = "--json", description = "Print the addresses as JSON.")
  private boolean json;

  @Override
  public Integer call() throws InterruptedException {
    Output output = new Output(spec, sluice.context());
    Endpoints endpoints =
        sluice
            .platform()
            .withStorage(Optional.ofNullable(storage.chosen()))
            .servers(sluice.home())
            .up(step -> output.remark("  " + step));
    Map<String, String> addresses = addresses(endpoints);
    if (json) {
      output.json(addresses);
    } else {
      addresses.forEach((name, address) -> output.line("%-9s %s".formatted(name, address)));
    }
    return 0;
  }

  static Map<String, String> addresses(Endpoints endpoints) {
    Map<String, String> addresses = new LinkedHashMap<>();
    addresses.put("flink", endpoints.flink());
    addresses.put("kafka", endpoints.kafka());
    addresses.put("registry", endpoints.registry());
    addresses.put("redis", withoutPassword(endpoints.redis()));
    addresses.put("jdbc", withoutPassword(endpoints.jdbc()));
    addresses.put("lake", endpoints.lake());
    endpoints.objects().ifPresent(address -> addresses.put("s3", address));
    addresses.put("metrics", endpoints.metrics().toString());
    addresses.put("passwords", endpoints.secrets().resolve("passwords").toString());
    if (endpoints.objects().isPresent()) {
      addresses.put("s3-keys", endpoints.secrets().resolve("object-store").toString());
    }
    return addresses;
  }

  /** Who needs a password reads it in the file that is named beside the address. */
  private static String withoutPassword(String address) {
    return address.replaceFirst("//([^/@:]*):[^/@]*@", "//$1@").replaceFirst("&password=[^&]*", "");
  }
}
