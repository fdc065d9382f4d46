package dev.weft.engine.cluster;

import dev.weft.api.config.Configuration;
import dev.weft.engine.checkpoint.Manifest;
import dev.weft.engine.plan.JobPlan;
import dev.weft.engine.world.World;

/**
 * Compares what a program says of its states with the snapshot that it is to start from, before
 * anything of the job is made. Control code can not: it knows no operators.
 */
public interface StateCheck {
  /**
   * Checks; blocks. Reads descriptions of states, no rows.
   *
   * @param world for its files and clock
   * @param manifest of the snapshot, all of whose files are there
   * @param configuration of the job, over the cluster's
   * @param code with the classes of the job
   * @throws dev.weft.api.error.WeftException with code USER that names the operator, the state, the
   *     field and both types when one does not follow from the other; with code DATA when the
   *     snapshot is damaged
   */
  void check(
      World world, Manifest manifest, JobPlan plan, Configuration configuration, ClassLoader code);
}
