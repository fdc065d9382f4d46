package dev.weft.engine.job;

import dev.weft.engine.checkpoint.Lifetime;

/** One attempt of a job: its subtasks and its sources. */
final class Attempt {
  final int number;
  final TaskTable tasks;
  final Lifetime lifetime;
  final SourceCoordination sources;

  Attempt(
      int number,
      TaskTable tasks,
      JobContext context,
      JobCode code,
      SourceCoordination.FailureListener failures) {
    this.number = number;
    this.tasks = tasks;
    this.lifetime = new Lifetime(context.world().loop());
    this.sources =
        new SourceCoordination(
            context.plan, code, context.services, tasks, number, lifetime, failures);
  }

  /** Ends everything on the leader's side; subtasks are ended by message. */
  void end() {
    lifetime.end();
    sources.close();
  }
}
