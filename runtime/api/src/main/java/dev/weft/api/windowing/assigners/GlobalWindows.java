package dev.weft.api.windowing.assigners;

import dev.weft.api.types.TypeSerializer;
import dev.weft.api.windowing.triggers.Trigger;
import dev.weft.api.windowing.triggers.TriggerResult;
import dev.weft.api.windowing.windows.GlobalWindow;
import java.util.Collection;
import java.util.List;

/** One window for all records of a key. It emits nothing unless the program sets a trigger. */
public final class GlobalWindows extends WindowAssigner<Object, GlobalWindow> {
  private static final long serialVersionUID = 1;

  private GlobalWindows() {}

  /** The assigner. */
  public static GlobalWindows create() {
    return new GlobalWindows();
  }

  @Override
  public Collection<GlobalWindow> assignWindows(
      Object element, long timestamp, WindowAssignerContext context) {
    return List.of(GlobalWindow.get());
  }

  @Override
  public Trigger<Object, GlobalWindow> getDefaultTrigger() {
    return new NeverTrigger();
  }

  @Override
  public TypeSerializer<GlobalWindow> getWindowSerializer() {
    return new GlobalWindow.Serializer();
  }

  @Override
  public boolean isEventTime() {
    return false;
  }

  /** Never fires. */
  public static final class NeverTrigger extends Trigger<Object, GlobalWindow> {
    private static final long serialVersionUID = 1;

    @Override
    public TriggerResult onElement(
        Object element, long timestamp, GlobalWindow window, TriggerContext ctx) {
      return TriggerResult.CONTINUE;
    }

    @Override
    public TriggerResult onEventTime(long time, GlobalWindow window, TriggerContext ctx) {
      return TriggerResult.CONTINUE;
    }

    @Override
    public TriggerResult onProcessingTime(long time, GlobalWindow window, TriggerContext ctx) {
      return TriggerResult.CONTINUE;
    }

    @Override
    public void clear(GlobalWindow window, TriggerContext ctx) {}

    @Override
    public void onMerge(GlobalWindow window, OnMergeContext ctx) {}
  }
}
