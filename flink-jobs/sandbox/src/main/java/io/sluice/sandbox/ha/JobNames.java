package io.sluice.sandbox.ha;

import org.apache.flink.api.common.JobID;
import org.apache.flink.runtime.jobmanager.ExecutionPlanStoreUtil;

/** File names of jobs: the job id in hexadecimal digits. */
enum JobNames implements ExecutionPlanStoreUtil {
  INSTANCE;

  @Override
  public String jobIDToName(JobID jobId) {
    return jobId.toHexString();
  }

  @Override
  public JobID nameToJobID(String name) {
    return JobID.fromHexString(name);
  }
}
