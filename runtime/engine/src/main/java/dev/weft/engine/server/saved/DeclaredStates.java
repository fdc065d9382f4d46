package dev.weft.engine.server.saved;

import dev.weft.api.config.Configuration;
import dev.weft.api.fs.FileStore;
import dev.weft.engine.checkpoint.Manifest;
import dev.weft.engine.cluster.StateCheck;
import dev.weft.engine.exchange.ChannelState;
import dev.weft.engine.plan.JobPlan;
import dev.weft.engine.protocol.ChainSpec;
import dev.weft.engine.protocol.OperatorSnapshot;
import dev.weft.engine.protocol.VertexSpec;
import dev.weft.engine.worker.ChainReader;
import dev.weft.engine.world.Clock;
import dev.weft.engine.world.World;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Compares the states that a program declares with those of a snapshot. What an operator itself
 * keeps and its type of keys are known without running anything of the user's, as are the states
 * whose descriptors a function holds in fields. What functions declare in {@code open} is known
 * when they are opened only, which a leader does not do.
 */
public final class DeclaredStates implements StateCheck {
  @Override
  public void check(
      World world, Manifest manifest, JobPlan plan, Configuration configuration, ClassLoader code) {
    compare(world.files(), world.clock(), manifest, plan, configuration, code, false);
  }

  /**
   * Checks as a leader does, and opens the functions of operators with state, which run whatever
   * they do in {@code open} and {@code close} in this process.
   *
   * @return of the functions that could not be opened here, why
   * @throws dev.weft.api.error.WeftException as {@link #check}
   */
  public static List<String> checkOpening(
      FileStore files,
      Clock clock,
      Manifest manifest,
      JobPlan plan,
      Configuration configuration,
      ClassLoader code) {
    return compare(files, clock, manifest, plan, configuration, code, true);
  }

  private static List<String> compare(
      FileStore files,
      Clock clock,
      Manifest manifest,
      JobPlan plan,
      Configuration configuration,
      ClassLoader code,
      boolean opening) {
    Map<String, Manifest.OperatorState> states = new TreeMap<>();
    for (Manifest.OperatorState state : manifest.operators()) {
      if (state.subtasks().stream().anyMatch(DeclaredStates::holdsStates)) {
        states.put(state.uid(), state);
      }
    }
    DeclaringContext.Job job =
        new DeclaringContext.Job(plan.name(), configuration, clock, files, manifest.checkpointId());
    List<String> unopened = new ArrayList<>();
    for (VertexSpec vertex : plan.vertices()) {
      if (vertex.operatorUids().stream().noneMatch(states::containsKey)) {
        continue;
      }
      for (ChainSpec.OperatorSpec spec : ChainReader.read(vertex, code).operators()) {
        Manifest.OperatorState state = states.get(spec.uid());
        if (state != null) {
          OperatorComparison comparison =
              new OperatorComparison(job, plan.jobId(), vertex, spec, state);
          unopened.addAll(opening ? comparison.open() : comparison.declare());
        }
      }
    }
    return unopened;
  }

  private static boolean holdsStates(OperatorSnapshot snapshot) {
    return !snapshot.keyed().isEmpty()
        || snapshot.unkeyed().stream().anyMatch(slice -> !ChannelState.holds(slice.name()));
  }
}
