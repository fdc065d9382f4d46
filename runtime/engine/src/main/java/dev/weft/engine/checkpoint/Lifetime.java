package dev.weft.engine.checkpoint;

import dev.weft.engine.world.Background;
import dev.weft.engine.world.Loop;
import dev.weft.engine.world.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;

/**
 * The time during which a control component lives: after {@link #end} nothing that it asked for is
 * delivered any more. On the control thread only.
 */
public final class Lifetime {
  private final Loop loop;
  private final List<Background.Lane> lanes = new ArrayList<>();
  private boolean ended;

  /** Begins. */
  public Lifetime(Loop loop) {
    this.loop = loop;
  }

  /** Whether it ended. */
  public boolean hasEnded() {
    return ended;
  }

  /** Runs an action later unless this ends before. */
  public Loop.Timer schedule(long delayMillis, Runnable action) {
    return loop.schedule(delayMillis, guard(action));
  }

  /** An action that does nothing after the end. */
  public Runnable guard(Runnable action) {
    return () -> {
      if (!ended) {
        action.run();
      }
    };
  }

  /** Takes charge of a lane: it is closed at the end. */
  public Background.Lane own(Background.Lane lane) {
    lanes.add(lane);
    return lane;
  }

  /** Appends work to a lane; its outcome is heard unless this ends before. */
  public <T> void run(Background.Lane lane, Callable<T> work, Consumer<Outcome<T>> then) {
    lane.run(
        work,
        outcome -> {
          if (!ended) {
            then.accept(outcome);
          }
        });
  }

  /** Ends. Work that has begun goes on, its outcome is not heard. */
  public void end() {
    ended = true;
    lanes.forEach(Background.Lane::close);
    lanes.clear();
  }
}
