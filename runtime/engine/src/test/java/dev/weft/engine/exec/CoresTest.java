package dev.weft.engine.exec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.engine.simulated.SimulatedCluster;
import dev.weft.engine.simulated.SimulatedWorld;
import dev.weft.engine.world.Clock;
import dev.weft.engine.world.TaskThreads;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class CoresTest {
  private final SimulatedCluster cluster = new SimulatedCluster(3);
  private final SimulatedWorld world = cluster.start("worker");
  private final Cores cores = new Cores(world, 2, 0);
  private final List<String> calls = new ArrayList<>();

  /** Works as often as it has work. */
  private class Counting implements Tasklet {
    final String name;
    int work;
    boolean done;
    long next = Long.MAX_VALUE;

    Counting(String name, int work) {
      this.name = name;
      this.work = work;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public Progress call() {
      calls.add(name);
      if (next <= cluster.nowNanos()) {
        next = Long.MAX_VALUE;
      }
      if (done) {
        return Progress.DONE;
      }
      if (work == 0) {
        return Progress.NONE;
      }
      work--;
      return Progress.MADE;
    }

    @Override
    public long nextCallNanos() {
      return next;
    }
  }

  @Test
  void readyTaskletsOfACoreAreCalledInTurn() {
    cores.submit(new Counting("a", 3), 0, false);
    cores.submit(new Counting("b", 2), 2, false);
    cluster.runFor(100);
    assertEquals(List.of("a", "b", "a", "b", "a", "b", "a"), calls);
  }

  @Test
  void aTaskletWithoutWorkIsCalledAgainOnlyWhenWoken() {
    Counting tasklet = new Counting("a", 0);
    TaskletHandle handle = cores.submit(tasklet, 0, false);
    cluster.runFor(100);
    assertEquals(1, calls.size());
    tasklet.work = 1;
    cluster.runFor(100);
    assertEquals(1, calls.size());
    handle.wake();
    cluster.runFor(100);
    assertEquals(3, calls.size());
    assertEquals(0, tasklet.work);
  }

  @Test
  void aTaskletIsCalledWhenItsTimeComes() {
    Counting tasklet = new Counting("a", 0);
    tasklet.next = cluster.nowNanos() + TimeUnit.MILLISECONDS.toNanos(500);
    cores.submit(tasklet, 0, false);
    cluster.runFor(400);
    assertEquals(1, calls.size());
    cluster.runFor(300);
    assertEquals(2, calls.size());
  }

  @Test
  void aTaskletThatIsDoneIsNeverCalledAgain() {
    Counting tasklet = new Counting("a", 0);
    tasklet.done = true;
    TaskletHandle handle = cores.submit(tasklet, 0, false);
    TaskletHandle own = cores.submit(tasklet, 0, true);
    cluster.runFor(100);
    handle.wake();
    own.wake();
    cluster.runFor(100);
    assertEquals(List.of("a", "a"), calls);
  }

  @Test
  void aTaskletThatThrowsIsNotCalledAgainAndHurtsNoOther() {
    Tasklet broken =
        new Tasklet() {
          @Override
          public String name() {
            return "broken";
          }

          @Override
          public Progress call() {
            throw new IllegalStateException("on purpose");
          }

          @Override
          public long nextCallNanos() {
            return Long.MAX_VALUE;
          }
        };
    cores.submit(broken, 0, false).wake();
    cores.submit(new Counting("b", 1), 0, false);
    cluster.runFor(100);
    assertEquals(List.of("b", "b"), calls);
  }

  /** A core whose clock goes on only while sources are called. */
  private final class SourcesOfACore {
    private long nowNanos;
    final Core core =
        new Core(
            "core",
            new Clock() {
              @Override
              public long currentTimeMillis() {
                return TimeUnit.NANOSECONDS.toMillis(nowNanos);
              }

              @Override
              public long nanoTime() {
                return nowNanos;
              }
            },
            false);

    /** Adds a source whose calls take so many hundredths of what sources have in a pass. */
    void source(String name, int work, int hundredths) {
      core.add(
          new TaskletHandle(
              new Counting(name, work) {
                @Override
                public boolean isSource() {
                  return true;
                }

                @Override
                public Progress call() {
                  nowNanos += Core.SOURCES_NANOS / 100 * hundredths;
                  return super.call();
                }
              },
              false));
    }

    void taker(String name, int work) {
      core.add(new TaskletHandle(new Counting(name, work), false));
    }

    /** What a pass calls, with a dot behind when the core would sleep. */
    String pass() {
      calls.clear();
      boolean sleeps = core.runOnce() != 0;
      return String.join(" ", calls) + (sleeps ? "." : "");
    }
  }

  @Test
  void sourcesGiveWayOnceTheyRanForLongAndGoOnWhereTheyStopped() {
    SourcesOfACore sources = new SourcesOfACore();
    sources.source("s1", 9, 60);
    sources.source("s2", 9, 60);
    sources.taker("t1", 9);
    sources.source("s3", 9, 60);
    sources.source("s4", 9, 60);
    sources.source("s5", 9, 60);
    sources.taker("t2", 9);
    assertEquals("s1 s2 t1 t2", sources.pass());
    assertEquals("t1 s3 s4 t2", sources.pass());
    assertEquals("t1 s5 t2", sources.pass());
    assertEquals("s1 s2 t1 t2", sources.pass());
  }

  @Test
  void sourcesThatAreShortAllHaveTheirTurnInOnePass() {
    SourcesOfACore sources = new SourcesOfACore();
    for (int i = 1; i <= 5; i++) {
      sources.source("s" + i, 9, 20);
    }
    sources.taker("t", 9);
    assertEquals("s1 s2 s3 s4 s5 t", sources.pass());
    assertEquals("s1 s2 s3 s4 s5 t", sources.pass());
  }

  @Test
  void aCoreDoesNotSleepWhileASourceWaitsForItsTurn() {
    SourcesOfACore sources = new SourcesOfACore();
    sources.source("long", 0, 100);
    sources.source("idle", 0, 0);
    sources.source("last", 0, 0);
    assertEquals("long", sources.pass());
    assertEquals("idle last.", sources.pass());
    assertEquals(".", sources.pass());
  }

  @Test
  void aSourceThatIsDoneOrIdleHoldsUpNoOther() {
    SourcesOfACore sources = new SourcesOfACore();
    sources.source("s1", 1, 100);
    sources.source("s2", 0, 100);
    sources.source("s3", 2, 100);
    assertEquals("s1", sources.pass());
    assertEquals("s2", sources.pass());
    assertEquals("s3", sources.pass());
    assertEquals("s1", sources.pass());
    assertEquals("s3", sources.pass());
    assertEquals("s3.", sources.pass());
  }

  /** A body that runs one of its tasklets by itself stands for a thread that is stuck in a call. */
  @Test
  void aStuckCallKeepsItsThreadAndTheOthersGetANewOne() {
    Core core = new Core("core", world.clock(), false);
    Core successor = new Core("successor", world.clock(), false);
    Counting other = new Counting("other", 2);
    TaskletHandle[] handles = new TaskletHandle[2];
    boolean[] tookOver = new boolean[1];
    Tasklet stuck =
        new Tasklet() {
          @Override
          public String name() {
            return "stuck";
          }

          @Override
          public Progress call() {
            if (!tookOver[0]) {
              assertTrue(core.takeOver(handles[0], successor));
              tookOver[0] = true;
            }
            calls.add("stuck");
            return Progress.NONE;
          }

          @Override
          public long nextCallNanos() {
            return Long.MAX_VALUE;
          }
        };
    handles[0] = new TaskletHandle(stuck, false);
    handles[1] = new TaskletHandle(other, false);
    core.add(handles[0]);
    core.add(handles[1]);
    assertEquals(0, core.runOnce());
    assertEquals(List.of("stuck"), calls);
    assertTrue(handles[0].blocking());
    assertFalse(handles[1].blocking());
    successor.runOnce();
    successor.runOnce();
    core.runOnce();
    assertEquals(List.of("stuck", "other", "other", "stuck"), calls);
    assertFalse(core.takeOver(handles[0], successor), "no call is under way");
  }

  /** A thread of which a test says how it fares. */
  private static class ToldThread implements TaskThreads.TaskThread {
    boolean wantsProcessor;
    long cpuNanos;

    @Override
    public void wake() {}

    @Override
    public void stop() {}

    @Override
    public void interrupt() {}

    @Override
    public boolean wantsProcessor() {
      return wantsProcessor;
    }

    @Override
    public long cpuNanos() {
      return cpuNanos;
    }
  }

  /** Lets a watch look several times at one call and returns which looks had a suspect. */
  private List<Integer> suspicions(ToldThread thread, long cpuNanosPerLook) {
    Core core = new Core("core", world.clock(), false);
    core.start((name, body) -> thread);
    Cores.Watch watch = new Cores.Watch(50);
    List<Integer> looks = new ArrayList<>();
    Tasklet watched =
        new Tasklet() {
          @Override
          public String name() {
            return "watched";
          }

          @Override
          public Progress call() {
            for (int look = 1; look <= 5; look++) {
              if (watch.suspect(core) != null) {
                looks.add(look);
              }
              thread.cpuNanos += cpuNanosPerLook;
            }
            return Progress.NONE;
          }

          @Override
          public long nextCallNanos() {
            return Long.MAX_VALUE;
          }
        };
    core.add(new TaskletHandle(watched, false));
    core.runOnce();
    return looks;
  }

  @Test
  void aCallThatWaitsIsASuspectAtTheThirdLook() {
    assertEquals(3, suspicions(new ToldThread(), 0).get(0));
  }

  @Test
  void aCallThatLacksAProcessorIsASuspectOnlyOnceItHadOneForLong() {
    ToldThread starved = new ToldThread();
    starved.wantsProcessor = true;
    assertEquals(List.of(), suspicions(starved, 10));
    ToldThread busy = new ToldThread();
    busy.wantsProcessor = true;
    assertEquals(3, suspicions(busy, 40).get(0));
    ToldThread slow = new ToldThread();
    slow.wantsProcessor = true;
    assertEquals(4, suspicions(slow, 17).get(0));
  }

  /** A thread that waits at every second look, as one does that computes and takes locks. */
  @Test
  void aCallThatNowWaitsAndNowComputesIsNoSuspect() {
    ToldThread thread =
        new ToldThread() {
          @Override
          public boolean wantsProcessor() {
            wantsProcessor = !wantsProcessor;
            return wantsProcessor;
          }
        };
    assertEquals(List.of(), suspicions(thread, 1));
  }
}
