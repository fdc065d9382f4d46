package dev.weft.engine.checkpoint;

import dev.weft.engine.world.Background;
import dev.weft.engine.world.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The completed checkpoints that are kept, and the deletion of what nothing refers to any more.
 * Nothing is deleted before the record that no longer names it is registered.
 */
final class RetainedCheckpoints {
  private static final Logger LOG = LoggerFactory.getLogger(RetainedCheckpoints.class);

  private final CheckpointStore store;
  private final Lifetime lifetime;
  private final Background.Lane lane;
  private final int count;
  private final boolean keepContinued;
  private final boolean keepRetained;
  private final Set<String> garbage = new TreeSet<>();
  private List<RegisteredCheckpoint> checkpoints = List.of();
  private RegisteredCheckpoint claimed; // null unless it is to become one of these
  private String foreignManifest = "";
  private boolean orphansSearched;

  RetainedCheckpoints(
      CheckpointStore store,
      Lifetime lifetime,
      Background.Lane lane,
      int count,
      boolean keepContinued,
      boolean keepRetained) {
    this.store = store;
    this.lifetime = lifetime;
    this.lane = lane;
    this.count = count;
    this.keepContinued = keepContinued;
    this.keepRetained = keepRetained;
  }

  /** The newest first. */
  List<RegisteredCheckpoint> all() {
    return checkpoints;
  }

  void set(List<RegisteredCheckpoint> registered) {
    checkpoints = List.copyOf(registered);
  }

  /**
   * The job was started from a checkpoint of another one.
   *
   * @param claim whether it now counts as one of this job's; otherwise it is left alone
   */
  void startFrom(RegisteredCheckpoint source, boolean claim) {
    claimed = claim && checkpoints.isEmpty() ? source : null;
    foreignManifest = claim ? "" : source.manifestPath();
  }

  /** What is kept once the given one is registered. */
  List<RegisteredCheckpoint> with(RegisteredCheckpoint newest) {
    List<RegisteredCheckpoint> next = new ArrayList<>();
    next.add(newest);
    for (RegisteredCheckpoint checkpoint : older()) {
      if (next.size() < count) {
        next.add(checkpoint);
      }
    }
    return List.copyOf(next);
  }

  /** The given ones are registered: the others may go. */
  void replace(List<RegisteredCheckpoint> registered) {
    for (RegisteredCheckpoint checkpoint : older()) {
      if (!registered.contains(checkpoint)) {
        garbage.add(checkpoint.directory());
        // where what it continued lies may be needed by nobody else
        checkpoint.files().stream()
            .filter(store::owns)
            .forEach(file -> garbage.add(file.substring(0, file.lastIndexOf('/'))));
      }
    }
    claimed = null;
    checkpoints = registered;
    sweep();
    if (!orphansSearched) {
      orphansSearched = true;
      Set<String> referenced = keepRetained ? referenced() : Set.of();
      lifetime.run(
          lane,
          () -> store.findOrphans(referenced),
          outcome -> {
            if (outcome instanceof Outcome.Success<List<String>> found) {
              garbage.addAll(found.value());
              sweep();
            }
          });
    }
  }

  /** A checkpoint was given up before it was registered. */
  void discard(String directory) {
    garbage.add(directory);
    sweep();
  }

  private List<RegisteredCheckpoint> older() {
    return checkpoints.isEmpty() && claimed != null ? List.of(claimed) : checkpoints;
  }

  /** The files of earlier checkpoints that a new one names although no kept one names them. */
  List<String> unkept(Manifest manifest, String directory) {
    Set<String> kept = referenced();
    return manifest.files().stream()
        .filter(file -> !file.startsWith(directory + "/") && !kept.contains(file))
        .toList();
  }

  private Set<String> referenced() {
    Set<String> referenced = new TreeSet<>();
    for (RegisteredCheckpoint checkpoint : older()) {
      referenced.add(checkpoint.manifestPath());
      checkpoint.files().stream()
          .filter(file -> keepContinued || file.startsWith(checkpoint.directory() + "/"))
          .forEach(referenced::add);
    }
    if (!foreignManifest.isEmpty()) {
      referenced.add(foreignManifest);
    }
    return referenced;
  }

  private void sweep() {
    Set<String> referenced = referenced();
    for (String directory : List.copyOf(garbage)) {
      if (keepRetained && referenced.stream().anyMatch(path -> path.startsWith(directory + "/"))) {
        continue;
      }
      garbage.remove(directory);
      lifetime.run(
          lane,
          () -> {
            store.delete(directory);
            return null;
          },
          outcome -> {
            if (outcome instanceof Outcome.Failure<Object> failure) {
              LOG.warn(
                  "{} could not be deleted; it will be tried again", directory, failure.cause());
              garbage.add(directory);
            }
          });
    }
  }
}
