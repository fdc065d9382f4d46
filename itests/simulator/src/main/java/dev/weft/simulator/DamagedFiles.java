package dev.weft.simulator;

import dev.weft.engine.simulated.SimulatedCluster;
import dev.weft.engine.simulated.SimulatedFiles.Damage;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** Files of checkpoints that the disk damaged, and what was in them. */
final class DamagedFiles {
  private final SimulatedCluster cluster;
  private final Map<String, byte[]> before = new TreeMap<>();

  DamagedFiles(SimulatedCluster cluster) {
    this.cluster = cluster;
    cluster.files().watch(this::fileChanged);
  }

  private void fileChanged(String what, String path) {
    if (what.equals("delete")) {
      before.keySet().removeIf(file -> file.equals(path) || file.startsWith(path + "/"));
    }
  }

  /** Damages some files, which can be brought back. */
  void add(List<String> files, SplittableRandom random) {
    strike(cluster, files, random).forEach(before::putIfAbsent);
  }

  /**
   * Damages one of some files, or all of them.
   *
   * @return what was in them
   */
  static Map<String, byte[]> strike(
      SimulatedCluster cluster, List<String> files, SplittableRandom random) {
    Map<String, byte[]> struck = new TreeMap<>();
    boolean all = random.nextInt(3) == 0;
    String one = files.get(random.nextInt(files.size()));
    for (String file : files) {
      byte[] bytes = cluster.files().read(file);
      boolean there = bytes != null && bytes.length > 0 && !cluster.files().isOpen(file);
      if (there && (all || file.equals(one))) {
        struck.put(file, bytes);
        Damage damage = Damage.values()[random.nextInt(Damage.values().length)];
        cluster.files().damage(file, damage, random);
      }
    }
    return struck;
  }

  /** Whether any file is damaged now. */
  boolean any() {
    return !before.isEmpty();
  }

  /** Whether one of some files is damaged now. */
  boolean isAmong(Collection<String> files) {
    return before.keySet().stream().anyMatch(files::contains);
  }

  /** Whether a text says which file is damaged. */
  boolean isNamedIn(String text) {
    return before.keySet().stream().anyMatch(text::contains);
  }

  /** What was written to a file that is still needed; null when there is none. */
  byte[] written(String path) {
    byte[] bytes = before.get(path);
    return bytes == null ? cluster.files().read(path) : bytes;
  }

  /** People bring the files back. */
  void bringBack() {
    cluster.note("people", "bring back " + before.keySet());
    before.forEach(cluster.files()::overwrite);
    before.clear();
  }
}
