package io.sluice.cli.fault;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.quota.ClientQuotaAlteration;
import org.apache.kafka.common.quota.ClientQuotaEntity;

/** A quota of the broker for all clients that read, gone when it is closed. */
final class ReadQuota implements AutoCloseable {
  private static final int PATIENCE_SECONDS = 30;

  /** Of any client that has no quota of its own. */
  private static final ClientQuotaEntity EVERY_CLIENT =
      new ClientQuotaEntity(Collections.singletonMap(ClientQuotaEntity.CLIENT_ID, null));

  private final String servers;

  private ReadQuota(String servers) {
    this.servers = servers;
  }

  /** Bytes per second and client. */
  static ReadQuota of(String servers, double bytes) throws Exception {
    ReadQuota quota = new ReadQuota(servers);
    quota.set(bytes);
    return quota;
  }

  private void set(Double bytes) throws Exception {
    try (Admin admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, servers))) {
      admin
          .alterClientQuotas(
              List.of(
                  new ClientQuotaAlteration(
                      EVERY_CLIENT,
                      Arrays.asList(new ClientQuotaAlteration.Op("consumer_byte_rate", bytes)))))
          .all()
          .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
  }

  @Override
  public void close() throws Exception {
    set(null);
  }
}
