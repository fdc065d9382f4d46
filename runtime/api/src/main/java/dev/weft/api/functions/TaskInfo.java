package dev.weft.api.functions;

/** Which subtask of what this is. */
public interface TaskInfo {
  /** The operator's name and where it was made, for messages. */
  String getTaskName();

  /** How many subtasks there can ever be. */
  int getMaxNumberOfParallelSubtasks();

  /** This subtask's number, from 0. */
  int getIndexOfThisSubtask();

  /** How many subtasks there are. */
  int getNumberOfParallelSubtasks();

  /** The number of restarts of the job before this run. */
  int getAttemptNumber();

  /** The name with the number of the subtask, from 1, and how many there are. */
  default String getTaskNameWithSubtasks() {
    return getTaskName()
        + " ("
        + (getIndexOfThisSubtask() + 1)
        + "/"
        + getNumberOfParallelSubtasks()
        + ")";
  }
}
