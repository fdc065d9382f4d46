package dev.weft.engine.job;

import dev.weft.engine.protocol.Address;
import dev.weft.engine.protocol.TaskId;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** Gives slots of workers to jobs. On the control thread. */
public interface SlotProvider {
  /**
   * Asks for slots. They are given all at once; those that the job holds already count and come
   * first. A new request of the job replaces the one before.
   *
   * @param granted called once, later, in the order of the slots' numbers within the job
   */
  void request(String jobId, int slots, Consumer<List<Slot>> granted);

  /**
   * Takes the request back and all slots of the job but a number of them.
   *
   * @param first these stay before others
   */
  void retain(String jobId, List<Slot> first, int slots);

  /**
   * Takes slots on the workers that reports of workers say the job uses; for a job that is taken
   * over.
   *
   * @return the slots, in the same order
   */
  List<Slot> adopt(String jobId, List<Slot> slots);

  /** Ends the subtasks that workers reported and that the job does not take over. */
  void discardReported(String jobId);

  /**
   * Takes the request back, and the slots.
   *
   * @param living subtasks that were told to end and have not said so, by worker; a worker's slots
   *     are given to nobody before they did
   */
  void release(String jobId, Map<String, Set<TaskId>> living);

  /** What a request waits for, in a line for people. */
  String waiting(String jobId);

  /** A slot of a worker. */
  record Slot(String workerId, int index, Address data) {}
}
