package dev.weft.engine.checkpoint;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.engine.plan.JobPlan;
import dev.weft.engine.protocol.KeyGroups;
import dev.weft.engine.protocol.KeyedSlice;
import dev.weft.engine.protocol.OperatorSlice;
import dev.weft.engine.protocol.OperatorSnapshot;
import dev.weft.engine.protocol.VertexSpec;
import dev.weft.engine.world.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Cuts the state of a checkpoint for the subtasks of a plan, whose numbers may differ from those it
 * was taken with: keyed state goes by key group; other pieces stay where they were or, when the
 * number of subtasks changed, are dealt out in turn, those of an operator with keyed state given to
 * every subtask. Unkeyed states go as their distribution says.
 */
public final class StateRedistribution {
  private final Map<String, Manifest.OperatorState> byUid = new TreeMap<>();
  private final long checkpointId;

  private final Predicate<Rule> rules;

  private StateRedistribution(
      List<Manifest.OperatorState> operators, long checkpointId, Predicate<Rule> rules) {
    this.rules = rules;
    this.checkpointId = checkpointId;
    operators.forEach(o -> byUid.put(o.uid(), o));
  }

  /**
   * Checks that a plan can take the state.
   *
   * @param dropUnclaimed whether state of operators that the plan lacks is dropped
   * @throws WeftException with code USER when it can not
   */
  public static StateRedistribution of(Manifest manifest, JobPlan plan, boolean dropUnclaimed) {
    return of(manifest, plan, dropUnclaimed, rule -> true);
  }

  /**
   * Checks that a plan can take the state, as above.
   *
   * @param rules which are kept; see {@link dev.weft.engine.world.World#keeps}
   */
  public static StateRedistribution of(
      Manifest manifest, JobPlan plan, boolean dropUnclaimed, Predicate<Rule> rules) {
    StateRedistribution redistribution =
        new StateRedistribution(manifest.operators(), manifest.checkpointId(), rules);
    Set<String> unclaimed = new TreeSet<>(redistribution.byUid.keySet());
    manifest.enumerators().forEach(e -> unclaimed.add(e.sourceUid()));
    for (VertexSpec vertex : plan.vertices()) {
      for (String uid : vertex.operatorUids()) {
        unclaimed.remove(uid);
        Manifest.OperatorState state = redistribution.byUid.get(uid);
        if (state != null
            && state.hasKeyedState()
            && state.maxParallelism() != vertex.maxParallelism()) {
          throw new WeftException(
              ErrorCode.USER,
              String.format(
                  "Checkpoint %d holds keyed state of operator %s in %d key groups, the job has"
                      + " %d: set pipeline.max-parallelism to %d",
                  manifest.checkpointId(),
                  uid,
                  state.maxParallelism(),
                  vertex.maxParallelism(),
                  state.maxParallelism()));
        }
      }
    }
    if (!unclaimed.isEmpty() && !dropUnclaimed) {
      throw new WeftException(
          ErrorCode.USER,
          "Checkpoint "
              + manifest.checkpointId()
              + " holds state of operators that the job does not have: "
              + String.join(", ", unclaimed)
              + ". Give the operators their former uid, or drop that state with"
              + " --allowNonRestoredState (execution.state-recovery.ignore-unclaimed-state)");
    }
    return redistribution;
  }

  /**
   * A part of an operator's state, cut as for subtasks of that number.
   *
   * @param parts at most the number of key groups where there is keyed state
   */
  public static OperatorSnapshot part(Manifest.OperatorState state, int part, int parts) {
    return new StateRedistribution(List.of(state), 0, rule -> true).cut(state, part, parts);
  }

  /** The checkpoint that the state comes from. */
  public long checkpointId() {
    return checkpointId;
  }

  /** What a subtask restores; empty parts are left out. */
  public List<OperatorSnapshot> forSubtask(VertexSpec vertex, int subtask) {
    List<OperatorSnapshot> result = new ArrayList<>();
    for (String uid : vertex.operatorUids()) {
      Manifest.OperatorState state = byUid.get(uid);
      if (state == null) {
        continue;
      }
      OperatorSnapshot part = cut(state, subtask, vertex.parallelism());
      if (!part.isEmpty()) {
        result.add(part);
      }
    }
    return result;
  }

  private OperatorSnapshot cut(Manifest.OperatorState state, int subtask, int parallelism) {
    return new OperatorSnapshot(
        state.uid(),
        keyed(state, subtask, parallelism),
        items(state, parallelism, subtask),
        unkeyed(state, parallelism, subtask));
  }

  private List<KeyedSlice> keyed(Manifest.OperatorState state, int subtask, int parallelism) {
    int count = rules.test(Rule.NEW_KEY_RANGES) ? parallelism : state.subtasks().size();
    int begin = KeyGroups.first(subtask, count, state.maxParallelism());
    int end = KeyGroups.first(subtask + 1, count, state.maxParallelism());
    List<KeyedSlice> result = new ArrayList<>();
    for (OperatorSnapshot snapshot : state.subtasks()) {
      for (KeyedSlice slice : snapshot.keyed()) {
        int sliceEnd = slice.firstKeyGroup() + slice.keyGroupCount();
        boolean reaches = begin < sliceEnd || !rules.test(Rule.WHOLE_KEY_RANGE);
        boolean whole = slice.firstKeyGroup() >= begin || rules.test(Rule.WHOLE_KEY_RANGE);
        if (slice.firstKeyGroup() < end && reaches && whole) {
          result.add(slice);
        }
      }
    }
    return result;
  }

  private List<byte[]> items(Manifest.OperatorState state, int parallelism, int subtask) {
    if (state.subtasks().size() == parallelism) {
      return state.subtasks().get(subtask).items();
    }
    List<byte[]> result = new ArrayList<>();
    int index = 0;
    boolean keyed = state.subtasks().stream().anyMatch(snapshot -> !snapshot.keyed().isEmpty());
    for (OperatorSnapshot snapshot : state.subtasks()) {
      for (byte[] item : snapshot.items()) {
        if (keyed || dealtTo(index++, parallelism) == subtask) {
          result.add(item);
        }
      }
    }
    return result;
  }

  private int dealtTo(int index, int parallelism) {
    return rules.test(Rule.DEAL_OUT_ALL) ? index % parallelism : index;
  }

  private List<OperatorSlice> unkeyed(Manifest.OperatorState state, int parallelism, int subtask) {
    Map<String, List<List<OperatorSlice>>> byName = new TreeMap<>();
    for (OperatorSnapshot snapshot : state.subtasks()) {
      Map<String, List<OperatorSlice>> own = new TreeMap<>();
      for (OperatorSlice slice : snapshot.unkeyed()) {
        own.computeIfAbsent(slice.name(), name -> new ArrayList<>()).add(slice);
      }
      own.forEach((name, some) -> byName.computeIfAbsent(name, n -> new ArrayList<>()).add(some));
    }
    boolean same = state.subtasks().size() == parallelism;
    List<OperatorSlice> result = new ArrayList<>();
    byName.forEach(
        (name, bySubtask) -> {
          List<OperatorSlice> all = bySubtask.stream().flatMap(List::stream).toList();
          switch (all.get(0).distribution()) {
            case UNION -> result.addAll(all);
            case BROADCAST -> {
              if (subtask < bySubtask.size() || rules.test(Rule.BROADCAST_TO_ALL)) {
                result.addAll(bySubtask.get(subtask % bySubtask.size()));
              }
            }
            case SPLIT -> {
              if (same) {
                state.subtasks().get(subtask).unkeyed().stream()
                    .filter(slice -> slice.name().equals(name))
                    .forEach(result::add);
              } else {
                cut(all, parallelism, subtask, result);
              }
            }
          }
        });
    return result;
  }

  /** Adds the part of all elements, one behind the other, that falls to a subtask. */
  private static void cut(
      List<OperatorSlice> all, int parallelism, int subtask, List<OperatorSlice> result) {
    long total = all.stream().mapToLong(OperatorSlice::count).sum();
    long begin = total * subtask / parallelism;
    long end = total * (subtask + 1) / parallelism;
    long position = 0;
    for (OperatorSlice slice : all) {
      long from = Math.max(begin, position);
      long to = Math.min(end, position + slice.count());
      if (from < to) {
        result.add(
            new OperatorSlice(
                slice.name(),
                slice.distribution(),
                slice.first() + (int) (from - position),
                (int) (to - from),
                slice.handle()));
      }
      position += slice.count();
    }
  }
}
