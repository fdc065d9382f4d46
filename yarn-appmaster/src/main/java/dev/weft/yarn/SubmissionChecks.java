package dev.weft.yarn;

import dev.weft.api.config.Configuration;
import dev.weft.api.config.JobManagerOptions;
import dev.weft.api.config.MemorySize;
import dev.weft.api.config.TaskManagerOptions;
import dev.weft.api.config.YarnOptions;
import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import java.io.IOException;
import java.util.List;
import org.apache.hadoop.yarn.api.records.QueueInfo;
import org.apache.hadoop.yarn.api.records.Resource;

/** What is wrong with a submission, found before anything is put up. */
final class SubmissionChecks {
  private SubmissionChecks() {}

  /**
   * Refuses a queue that does not exist.
   *
   * @throws WeftException with code USER that names the existing ones
   */
  static void checkQueue(Yarn yarn, Configuration configuration) throws IOException {
    String queue = configuration.get(YarnOptions.APPLICATION_QUEUE);
    if (queue == null) {
      return;
    }
    List<QueueInfo> all = yarn.call(client -> client.getAllQueues());
    List<String> names =
        all.stream()
            .filter(q -> q.getChildQueues() == null || q.getChildQueues().isEmpty())
            .map(QueueInfo::getQueueName)
            .toList();
    checkQueue(queue, names);
  }

  /** The same for given leaf queues; a queue may be named by its path. */
  static void checkQueue(String queue, List<String> leaves) {
    boolean known =
        leaves.stream()
            .anyMatch(
                leaf ->
                    leaf.equals(queue) || leaf.endsWith("." + queue) || queue.endsWith("." + leaf));
    if (!known && !leaves.isEmpty()) {
      throw new WeftException(
          ErrorCode.USER,
          "YARN has no queue '"
              + queue
              + "'; it has "
              + String.join(", ", leaves)
              + ". Name one with -yqu, -qu or yarn.application.queue");
    }
  }

  /**
   * Refuses containers that YARN never grants.
   *
   * @throws WeftException with code USER that says what YARN grants at most
   */
  static void checkSizes(Configuration configuration, Resource most) {
    check(
        JobManagerOptions.PROCESS_MEMORY.key(),
        configuration.get(JobManagerOptions.PROCESS_MEMORY),
        most);
    check(
        TaskManagerOptions.PROCESS_MEMORY.key(),
        configuration.get(TaskManagerOptions.PROCESS_MEMORY),
        most);
    int cores = ApplicationMaster.profile(configuration).getVirtualCores();
    if (cores > most.getVirtualCores()) {
      throw new WeftException(
          ErrorCode.USER,
          "A TaskManager with "
              + configuration.get(TaskManagerOptions.NUM_TASK_SLOTS)
              + " slots asks for "
              + cores
              + " cores, and YARN grants "
              + most.getVirtualCores()
              + " to a container at most; lower taskmanager.numberOfTaskSlots or set"
              + " yarn.containers.vcores");
    }
  }

  private static void check(String option, MemorySize size, Resource most) {
    ProcessMemory.of(size, option);
    if (size.mebiBytes() > most.getMemorySize()) {
      throw new WeftException(
          ErrorCode.USER,
          option
              + ": "
              + size.mebiBytes()
              + " MB is more than the "
              + most.getMemorySize()
              + " MB that YARN grants to a container at most; lower it, or raise"
              + " yarn.scheduler.maximum-allocation-mb of the cluster");
    }
  }
}
