package dev.weft.engine.cluster;

import dev.weft.engine.job.SlotProvider.Slot;
import dev.weft.engine.world.Rule;
import dev.weft.engine.world.World;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which slots a job gets: those that it holds, then free ones in turn over the workers. Two workers
 * that lately did not reach each other do not get the same job as long as it can be had without one
 * of them: nobody else notices a network that is cut between two workers only.
 */
final class Placement {
  private static final Logger LOG = LoggerFactory.getLogger(Placement.class);

  /** A cut that lasts is noticed again by whoever is put there next. */
  private static final long REMEMBERED_NANOS = 120_000_000_000L;

  private static final int PAIRS_MAX = 256;

  private final World world;
  private final Deque<Pair> pairs = new ArrayDeque<>();

  /** Two workers; the one that noticed lives, so that rather its peer is at fault. */
  private record Pair(String noticed, String peer, long sinceNanos) {
    boolean isOf(String worker) {
      return noticed.equals(worker) || peer.equals(worker);
    }
  }

  Placement(World world) {
    this.world = world;
  }

  /** A worker does not reach another one. */
  void parted(String noticed, String peer) {
    forget();
    pairs.removeIf(pair -> pair.noticed().equals(noticed) && pair.peer().equals(peer));
    if (pairs.size() == PAIRS_MAX) {
      pairs.removeFirst();
    }
    pairs.addLast(new Pair(noticed, peer, world.clock().nanoTime()));
  }

  /** A worker is new, or was gone for a while. */
  void registered(String worker) {
    pairs.removeIf(pair -> pair.isOf(worker));
  }

  private void forget() {
    long now = world.clock().nanoTime();
    pairs.removeIf(pair -> now - pair.sinceNanos() > REMEMBERED_NANOS);
  }

  /**
   * The slots of a job.
   *
   * @param kept of the slots that the job holds those that it has to get
   * @return the slots, or null when there are too few
   */
  List<Slot> choose(Collection<Worker> workers, String jobId, int count, Set<Slot> kept) {
    forget();
    Set<String> without = new TreeSet<>();
    List<Slot> chosen = choose(workers, jobId, count, kept, without);
    while (chosen != null && world.keeps(Rule.PART_STRANGERS)) {
      List<Slot> better = apart(workers, jobId, chosen, kept, without);
      if (better == null) {
        return chosen;
      }
      chosen = better;
    }
    return chosen;
  }

  /** The choice without one more of the workers that do not reach each other; null if none is. */
  private List<Slot> apart(
      Collection<Worker> workers,
      String jobId,
      List<Slot> chosen,
      Set<Slot> kept,
      Set<String> without) {
    for (String worker : strangers(chosen, kept)) {
      without.add(worker);
      List<Slot> other = choose(workers, jobId, chosen.size(), kept, without);
      if (other != null) {
        LOG.info("Job {} is not put on {}, which others do not reach", jobId, worker);
        return other;
      }
      without.remove(worker);
    }
    return null;
  }

  /**
   * The workers that could be left and that do not reach another one of the job; first who is most
   * likely cut off.
   */
  private List<String> strangers(List<Slot> chosen, Set<Slot> kept) {
    Set<String> used = chosen.stream().map(Slot::workerId).collect(Collectors.toSet());
    Set<String> left =
        chosen.stream()
            .filter(slot -> !kept.contains(slot))
            .map(Slot::workerId)
            .collect(Collectors.toSet());
    List<String> strangers = new ArrayList<>();
    for (Pair pair : pairs) {
      if (used.contains(pair.noticed()) && used.contains(pair.peer())) {
        strangers.add(pair.peer());
        strangers.add(pair.noticed());
      }
    }
    // of equals the first one stays first
    return strangers.stream()
        .distinct()
        .filter(left::contains)
        .sorted((one, other) -> Long.compare(pairsOf(other), pairsOf(one)))
        .toList();
  }

  private long pairsOf(String worker) {
    return pairs.stream().filter(pair -> pair.isOf(worker)).count();
  }

  private static List<Slot> choose(
      Collection<Worker> workers, String jobId, int count, Set<Slot> kept, Set<String> without) {
    List<Slot> chosen = new ArrayList<>();
    List<List<Slot>> free = new ArrayList<>();
    for (Worker worker : workers) {
      boolean left = without.contains(worker.id);
      if (!worker.isClearing(jobId)) {
        worker.usedBy(jobId).stream()
            .filter(slot -> !left || kept.contains(slot))
            .forEach(chosen::add);
      }
      if (!left) {
        free.add(worker.free());
      }
    }
    for (int round = 0; chosen.size() < count; round++) {
      boolean any = false;
      for (List<Slot> of : free) {
        if (round < of.size() && chosen.size() < count) {
          chosen.add(of.get(round));
          any = true;
        }
      }
      if (!any) {
        return null;
      }
    }
    return List.copyOf(chosen.subList(0, count));
  }
}
