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
   * @param kept of those that the job holds the ones in which subtasks go on; they are among the
   *     given ones
   * @param granted called once, later, in the order of the slots' numbers within the job
   */
  void request(String jobId, int slots, Set<Slot> kept, Consumer<List<Slot>> granted);

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

  /**
   * Two workers do not reach each other: for a while a job is not put on both where it can do
   * without one of them.
   *
   * @param workerId who noticed
   * @param peer the other: its id, or the address at which it takes frames
   */
  void parted(String workerId, String peer);

  /** What a request waits for, in a line for people. */
  String waiting(String jobId);

  /** A slot of a worker. */
  record Slot(String workerId, int index, Address data) {}
}
