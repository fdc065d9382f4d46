package dev.weft.yarn;

import java.util.ArrayList;
import java.util.List;

/** Notes what is asked of YARN; tests speak for it through {@link #events}. */
final class FakePlatform implements ContainerPlatform {
  Events events;
  int requested;
  int withdrawn;
  final List<String> launched = new ArrayList<>();
  final List<String> released = new ArrayList<>();
  final List<String> avoided = new ArrayList<>();

  @Override
  public void start(Events newEvents) {
    events = newEvents;
  }

  @Override
  public void request(int count, List<String> hosts) {
    requested += count;
  }

  @Override
  public void withdraw(int count) {
    withdrawn += count;
  }

  @Override
  public void launch(String containerId) {
    launched.add(containerId);
  }

  @Override
  public void release(String containerId) {
    released.add(containerId);
  }

  @Override
  public void avoid(List<String> add, List<String> remove) {
    avoided.addAll(add);
    avoided.removeAll(remove);
  }

  @Override
  public void finish(boolean succeeded, String diagnostics, Runnable then) {
    then.run();
  }

  @Override
  public Resources resources() {
    return new Resources(640, 2, "default", 1000, 4);
  }
}
