package io.sluice.sandbox.ha;

import java.io.IOException;
import java.net.UnknownHostException;
import java.util.concurrent.Executor;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.IllegalConfigurationException;
import org.apache.flink.runtime.highavailability.ClientHighAvailabilityServices;
import org.apache.flink.runtime.highavailability.HighAvailabilityServices;
import org.apache.flink.runtime.highavailability.HighAvailabilityServicesFactory;
import org.apache.flink.runtime.highavailability.HighAvailabilityServicesUtils;
import org.apache.flink.runtime.highavailability.nonha.standalone.StandaloneClientHAServices;
import org.apache.flink.runtime.rpc.AddressResolution;

/**
 * High availability for a session cluster on one machine: jobs, completed checkpoints, checkpoint
 * ids, results and jars survive the JobManager, without ZooKeeper or Kubernetes.
 *
 * <pre>{@code
 * high-availability.type: io.sluice.sandbox.ha.LocalHaServicesFactory
 * high-availability.storageDir: file:///path/to/ha
 * high-availability.cluster-id: sluice
 * }</pre>
 *
 * With a bucket as storage, {@code high-availability.local-dir} names the local directory.
 *
 * <p>Flink creates it by name, so the class and its constructor are public.
 */
public final class LocalHaServicesFactory implements HighAvailabilityServicesFactory {

  /**
   * The services of a JobManager or TaskManager.
   *
   * @throws IllegalConfigurationException if {@code high-availability.storageDir} is missing, or is
   *     no local directory and {@code high-availability.local-dir} does not name one
   */
  @Override
  public HighAvailabilityServices createHAServices(Configuration configuration, Executor executor)
      throws IOException {
    return LocalHaServices.in(HaLayout.of(configuration), configuration, executor);
  }

  /** Clients find the cluster at its configured REST address and never touch the directory. */
  @Override
  public ClientHighAvailabilityServices createClientHAServices(Configuration configuration)
      throws UnknownHostException {
    return new StandaloneClientHAServices(
        HighAvailabilityServicesUtils.getWebMonitorAddress(
            configuration, AddressResolution.TRY_ADDRESS_RESOLUTION));
  }
}
