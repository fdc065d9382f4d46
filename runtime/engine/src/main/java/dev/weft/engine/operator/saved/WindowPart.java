package dev.weft.engine.operator.saved;

import dev.weft.api.connector.ReaderOutput;
import dev.weft.api.connector.builtin.SavedStateSource;
import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.SuppressRestartsException;
import dev.weft.api.error.WeftException;
import dev.weft.api.functions.OpenContext;
import dev.weft.api.savepoint.WindowReaderFunction;
import dev.weft.api.state.KeyedStateStore;
import dev.weft.api.state.State;
import dev.weft.api.state.StateDescriptor;
import dev.weft.api.windowing.windows.Window;
import dev.weft.engine.operator.KeyedOperator;
import dev.weft.engine.operator.OperatorContext;
import dev.weft.engine.operator.OperatorRuntimeContext;
import dev.weft.engine.operator.OperatorSite;
import dev.weft.engine.operator.window.SavedWindows;
import dev.weft.engine.state.StateStore;
import dev.weft.engine.state.keyed.KeyedStates;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** The windows of keys of some key groups, as they are or as a user's function sees them. */
final class WindowPart implements SavedPart, WindowReaderFunction.Context<Window> {
  private static final OpenContext OPEN_CONTEXT = new OpenContext() {};

  private final OperatorPart operator;
  private final Supplier<String> contents;
  private final StateStore store;
  private final WindowReaderFunction<Object, Object, Object, Window> function;
  private final OperatorSite site;
  private SavedWindows windows;
  private OperatorRuntimeContext runtime;
  private KnownStates triggerStates;
  private KnownStates windowStates;
  private KnownStates globalStates;

  @SuppressWarnings("unchecked")
  private WindowPart(
      OperatorContext context, OperatorPart operator, SavedStateSource.Windows selection) {
    this.operator = operator;
    this.contents = () -> context.savedStates().describe(operator);
    this.function =
        (WindowReaderFunction<Object, Object, Object, Window>)
            (WindowReaderFunction<?, ?, ?, ?>) selection.function();
    this.site =
        new OperatorSite(
            context.spec().name(), context.spec().createdAt(), context.task().subtask());
    this.store = context.savedStates().keyed(operator, selection.keyType());
  }

  static WindowPart open(
      OperatorContext context, OperatorPart operator, SavedStateSource.Windows selection) {
    WindowPart part = new WindowPart(context, operator, selection);
    boolean opened = false;
    try {
      part.openWindows(context, selection);
      part.openFunction(context);
      opened = true;
      return part;
    } finally {
      if (!opened) {
        part.close();
      }
    }
  }

  private void openWindows(OperatorContext context, SavedStateSource.Windows selection) {
    // the watermark of any subtask counts for all, so those of the whole operator are asked
    OperatorPart all = context.savedStates().find(operator.path(), operator.uid(), 0, 1);
    long watermark = KeyedOperator.watermarkIn(all.state().items(), operator.describe());
    try {
      windows = SavedWindows.open(store, operator.groups(), selection, watermark);
    } catch (WeftException e) {
      throw lasting(e);
    }
  }

  private void openFunction(OperatorContext context) {
    Set<String> own =
        store.stateNames().stream()
            .filter(name -> !name.startsWith(KeyedOperator.OWN_STATE))
            .collect(Collectors.toSet());
    globalStates = new KnownStates(new KeyedStates(store, context.clock())::get, own, contents);
    windowStates = new KnownStates(windows::windowState, windows.windowStateNames(), contents);
    triggerStates = new KnownStates(windows::triggerState, windows.triggerStateNames(), contents);
    if (function == null) {
      return;
    }
    runtime = new OperatorRuntimeContext(context, site, globalStates);
    function.setRuntimeContext(runtime);
    try {
      function.open(OPEN_CONTEXT);
    } catch (Throwable t) {
      throw site.inCall("open", t);
    }
  }

  /** What the snapshot is refused for is so in the next attempt, too. */
  private WeftException lasting(WeftException refusal) {
    if (refusal.code() != ErrorCode.USER || refusal instanceof SuppressRestartsException) {
      return refusal;
    }
    return new SuppressRestartsException(
        ErrorCode.USER,
        refusal.getMessage() + " (" + operator.describe() + " holds " + contents.get() + ")");
  }

  @Override
  public boolean next() throws Exception {
    try {
      return windows.next();
    } catch (WeftException e) {
      throw lasting(e);
    }
  }

  @Override
  public void emit(ReaderOutput<Object> output) {
    Object key = windows.key();
    List<Object> elements;
    try {
      elements = windows.elements();
    } catch (Throwable t) {
      throw site.inCall("the aggregate of " + windows.window() + " of key " + key, t);
    }
    if (function == null) {
      output.collect(elements.get(0));
      return;
    }
    try {
      function.readWindow(key, this, elements, output::collect);
    } catch (Throwable t) {
      throw site.inCall("readWindow of " + windows.window() + " of key " + key, t);
    }
  }

  @Override
  public Window window() {
    return windows.window();
  }

  @Override
  public <S extends State> S triggerState(StateDescriptor<S, ?> descriptor) {
    return triggerStates.known(descriptor);
  }

  @Override
  public KeyedStateStore windowState() {
    return windowStates;
  }

  @Override
  public KeyedStateStore globalState() {
    return globalStates;
  }

  @Override
  public void close() {
    try {
      if (runtime != null) {
        function.close();
        runtime.release();
      }
    } catch (Throwable t) {
      throw site.inCall("close", t);
    } finally {
      store.close();
    }
  }
}
