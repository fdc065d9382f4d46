package dev.weft.chaos;

import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The faults by name. */
enum Case {
  A1("a TaskManager is killed", ProcessFaults::killTaskManager, Trait.OVERTAKES),
  A2("all TaskManagers are killed at once", ProcessFaults::killTaskManagers),
  A3("a TaskManager is killed at ten moments of a checkpoint", ProcessFaults::killAtMoments),
  A4("the JobManager is killed; no task starts again", ProcessFaults::killLeader),
  A5("the JobManager is killed at five moments of a checkpoint", ProcessFaults::killLeaderOften),
  A6("the JobManager and a TaskManager are killed", ProcessFaults::killBoth),
  A8("the JobManager is paused until another leads, and comes back", ProcessFaults::zombieLeader),
  A15("a TaskManager that was held for dead comes back", ProcessFaults::zombieWorker),
  B1("ZooKeeper is killed and comes back; no task starts again", ZooKeeperFaults::kill),
  B2(
      "the JobManager's session expires while it is paused; it leads again",
      ZooKeeperFaults::expire),
  B3("ZooKeeper is away for 20 seconds", ZooKeeperFaults::away),
  B4("only the JobManager is cut off from ZooKeeper until another leads", ZooKeeperFaults::isolate),
  B9("ZooKeeper's replies are lost, ten times", ZooKeeperFaults::loseReplies),
  C2("the name node is away for 15 seconds", StorageFaults::nameNodeAway),
  C3("HDFS is in safe mode for 10 seconds", StorageFaults::safeMode),
  C4("the checkpoint directory has no room for 8 seconds", StorageFaults::quota),
  C5("the data node is away for 8 seconds", StorageFaults::dataNodeAway),
  C6(
      "the manifest of the newest checkpoint is damaged; the job stops loudly",
      StorageFaults::damageManifests,
      Trait.ENDS_THE_JOB),
  C7("the name node's replies are lost, ten times", StorageFaults::loseReplies),
  C10(
      "the local disk is full for 8 seconds, with RocksDB",
      StorageFaults::fullDisk,
      Trait.SMALL_DISK,
      Trait.ROCKSDB),
  C11("the local copies of state are damaged, then a function throws", StorageFaults::damageCopies),
  C12("RocksDB's process dies of a segmentation fault", ProcessFaults::crash, Trait.ROCKSDB),
  C14("a TaskManager is killed while a savepoint is taken", ProcessFaults::killInSavepoint),
  D1(
      "the network between TaskManagers is cut for 10 seconds",
      NetworkFaults::cutTaskManager,
      Trait.OVERTAKES),
  D1B(
      "packets of a TaskManager to the others vanish for 10 seconds",
      NetworkFaults::oneWay,
      Trait.PACKETS),
  D2("the network to the JobManager is cut for 10 seconds", NetworkFaults::cutLeader),
  D3(
      "the network between TaskManagers is slow for 10 seconds",
      NetworkFaults::slow,
      Trait.OVERTAKES),
  D3B(
      "a third of a TaskManager's packets is lost for 10 seconds",
      NetworkFaults::lossy,
      Trait.PACKETS),
  D4("all connections of a TaskManager are reset, ten times", NetworkFaults::reset),
  D5("bits are flipped on the way between TaskManagers", NetworkFaults::flip),
  D7(
      "one process after another is cut off, and comes back in another order",
      NetworkFaults::swizzle),
  D9(
      "large packets to a TaskManager vanish for 10 seconds",
      NetworkFaults::largePackets,
      Trait.PACKETS),
  D10(
      "the clocks of all TaskManagers are an hour ahead or behind",
      ProcessFaults::otherClocks,
      Trait.CLOCKS),
  E1("a function throws", FunctionFaults::fail),
  E3(
      "a function sleeps for ever; its TaskManager is killed by hand after 5 seconds",
      FunctionFaults::sleep),
  E4(
      "a function ignores that it is cancelled; the job goes on elsewhere",
      FunctionFaults::stubborn),
  E5("a function fills the heap", FunctionFaults::fillHeap),
  E6("a function overflows its stack", FunctionFaults::overflow),
  E7("a function ends the process", FunctionFaults::exit),
  E8("a function leaves threads behind, five times", FunctionFaults::leak),
  E9("a function keeps 24 MB under one key, then throws", FunctionFaults::hoard),
  E12("a function emits from a thread of its own", FunctionFaults::foreignThread);

  /** One more than the job needs. */
  static final int TASK_MANAGERS = Cluster.PARALLELISM + 1;

  /** Those that can not be tried here, with the reason. */
  static final List<String> SKIPPED =
      List.of(
          "A7 A9 A10 A11 A12 A13 A14 A17 A18: of YARN; the tests on YARN in itests/cluster kill"
              + " containers and masters",
          "A16 B5 B6 C8 C9 D6: need control over single messages, which are encrypted; the"
              + " simulator draws them",
          "B7 B8: the nodes let nobody but the cluster change them; ha-zookeeper's tests read"
              + " damaged pointers",
          "C1: one name node only",
          "C13 C15 C16: covered by the tests of checkpoints, of rescaling and of types of state",
          "D8: needs other names of the machine",
          "E2 E11 E13 E14: refused or handled within one process; BadInputTest and the tests of"
              + " class loading",
          "E10: a function that gives another result each time has no right result to compare"
              + " with");

  private final String what;
  private final Strike strike;
  private final Set<Trait> traits;

  Case(String what, Strike strike, Trait... traits) {
    this.what = what;
    this.strike = strike;
    this.traits = EnumSet.noneOf(Trait.class);
    this.traits.addAll(List.of(traits));
  }

  /** Makes a fault happen. */
  interface Strike {
    /** Returns when nothing is in the way of the job any more. */
    void strike(Cluster cluster) throws IOException;
  }

  /** What is special about a case. */
  private enum Trait {
    /** Barriers may overtake records, which come with a later checkpoint. */
    OVERTAKES,
    /** The job is over afterwards, as it should be. */
    ENDS_THE_JOB,
    /** State lies in RocksDB. */
    ROCKSDB,
    /** Temporary files lie on a small disk of their own. */
    SMALL_DISK,
    /** Packets are dropped. */
    PACKETS,
    /** Processes have clocks of their own. */
    CLOCKS
  }

  /** What happens, for people. */
  String what() {
    return what;
  }

  /** Why it can not be tried on this machine; null when it can. */
  String hindrance() throws IOException {
    if (traits.contains(Trait.PACKETS)) {
      return Packets.hindrance();
    }
    if (traits.contains(Trait.CLOCKS)) {
      return OwnClock.hindrance();
    }
    return traits.contains(Trait.SMALL_DISK) ? SmallDisk.hindrance() : null;
  }

  void strike(Cluster cluster) throws IOException {
    strike.strike(cluster);
  }

  /** Whether each checkpoint covers a prefix of the input. */
  boolean coversPrefixes() {
    return !traits.contains(Trait.OVERTAKES);
  }

  boolean endsTheJob() {
    return traits.contains(Trait.ENDS_THE_JOB);
  }

  boolean needsSmallDisk() {
    return traits.contains(Trait.SMALL_DISK);
  }

  /** Options of the cluster. */
  Map<String, String> options() {
    Map<String, String> options = new TreeMap<>();
    options.put("execution.checkpointing.unaligned.enabled", String.valueOf(!coversPrefixes()));
    if (traits.contains(Trait.ROCKSDB)) {
      options.put("state.backend.type", "rocksdb");
    }
    return options;
  }
}
