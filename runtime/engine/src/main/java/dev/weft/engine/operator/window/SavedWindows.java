package dev.weft.engine.operator.window;

import dev.weft.api.connector.builtin.SavedStateSource;
import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.functions.AggregateFunction;
import dev.weft.api.state.State;
import dev.weft.api.state.StateDescriptor;
import dev.weft.api.types.TypeInformation;
import dev.weft.api.types.TypeInformation.CustomType;
import dev.weft.api.types.TypeSerializer;
import dev.weft.api.windowing.assigners.AlignedTimeWindows;
import dev.weft.api.windowing.windows.TimeWindow;
import dev.weft.api.windowing.windows.Window;
import dev.weft.engine.batch.TypeText;
import dev.weft.engine.batch.stored.PaneText;
import dev.weft.engine.operator.KeyedOperator;
import dev.weft.engine.protocol.KeyGroups;
import dev.weft.engine.state.StateStore;
import dev.weft.engine.state.panes.PaneTable;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The windows of an operator in a snapshot, one after another, in an order that is the same for the
 * same snapshot. They lie in rows, or are put together from panes as the operator does it.
 */
public final class SavedWindows {
  /** How the names of the states of windows begin that a function declares. */
  static final String WINDOW_STATE = KeyedOperator.OWN_STATE + "window-state:";

  /** How the names of a trigger's states begin. */
  static final String TRIGGER_STATE = KeyedOperator.OWN_STATE + "trigger:";

  private static final Set<String> CONTENT =
      Set.of(
          KeyedOperator.OWN_STATE + WindowContents.FOLDED,
          KeyedOperator.OWN_STATE + WindowContents.RECORDS);

  private final StateStore store;
  private final SavedStateSource.Windows selection;
  private final AggregateFunction<Object, Object, Object> aggregate;
  private final TypeInformation<Window> windowType;
  private final WindowStates windowStates;
  private final WindowStates triggerStates;
  private final Walk walk;

  /** Goes through windows. */
  interface Walk {
    /** Goes to the next; false after the last. */
    boolean next() throws Exception;

    /** The key, which is the store's current one from now on. */
    Object key();

    /** The window. */
    Window window();

    /** Its accumulators, to be merged, or its records. */
    List<Object> content();
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private SavedWindows(
      StateStore store,
      KeyGroups.Range groups,
      SavedStateSource.Windows selection,
      long watermark) {
    this.store = store;
    this.selection = selection;
    this.aggregate = (AggregateFunction<Object, Object, Object>) selection.aggregate();
    this.windowType =
        new CustomType<>(Window.class, (TypeSerializer) selection.assigner().getWindowSerializer());
    this.windowStates = new WindowStates(store, windowType, WINDOW_STATE);
    this.triggerStates = new WindowStates(store, windowType, TRIGGER_STATE);
    this.walk = walk(groups, watermark);
  }

  /**
   * The windows of some key groups.
   *
   * @param store with what was restored of these
   * @param watermark of the snapshot
   * @throws WeftException with code USER when the store holds no such windows, with what it holds
   */
  public static SavedWindows open(
      StateStore store,
      KeyGroups.Range groups,
      SavedStateSource.Windows selection,
      long watermark) {
    return new SavedWindows(store, groups, selection, watermark);
  }

  private Walk walk(KeyGroups.Range groups, long watermark) {
    String panes = store.restoredPanes();
    boolean folded =
        panes != null || store.hasState(KeyedOperator.OWN_STATE + WindowContents.FOLDED);
    boolean recorded = store.hasState(KeyedOperator.OWN_STATE + WindowContents.RECORDS);
    if (!folded && !recorded) {
      throw refused("There are no windows");
    }
    if (selection.records() && !recorded) {
      throw refused(
          "The windows hold accumulators, no records; read them with reduce or aggregate, without"
              + " evictor()");
    }
    if (!selection.records() && !folded) {
      throw refused(
          "The windows hold all their records; read them with process, or with evictor() before"
              + " reduce or aggregate");
    }
    if (panes == null) {
      return new RowWindows(store, groups, windowType, selection);
    }
    PaneGrid grid = gridFor(panes);
    PaneTable.Layout layout =
        new PaneTable.Layout(
            selection.keyType(),
            selection.contentType(),
            grid.paneMillis(),
            Math.floorMod(grid.offsetMillis(), grid.paneMillis()),
            groups.maxParallelism());
    if (!store.takesAnnex()) {
      return new PaneWindows.Stored(store, store.panes(layout), groups, grid, watermark);
    }
    PaneTable table = new PaneTable(layout);
    store.attach(table);
    return new PaneWindows.InMemory(store, table, grid, watermark);
  }

  /** The grid of the assigner, which must have the panes that there are. */
  private PaneGrid gridFor(String panes) {
    PaneText held;
    try {
      held = PaneText.parse(panes);
    } catch (IllegalArgumentException e) {
      throw refused("The windows can not be understood: " + e.getMessage());
    }
    String type = TypeText.of(selection.contentType());
    if (!held.accumulatorType().equals(type)) {
      throw refused(
          "The accumulators of the windows are of type "
              + held.accumulatorType()
              + ", and are asked for as "
              + type);
    }
    if (selection.assigner() instanceof AlignedTimeWindows aligned && aligned.isEventTime()) {
      PaneGrid grid = PaneGrid.of(aligned);
      if (grid.paneMillis() == held.paneMillis()
          && Math.floorMod(grid.offsetMillis(), grid.paneMillis()) == held.offsetMillis()) {
        return grid;
      }
    }
    throw refused(
        "The windows are kept as "
            + held
            + ", which make up no windows of "
            + selection.assigner());
  }

  private static WeftException refused(String what) {
    return new WeftException(ErrorCode.USER, what);
  }

  /** Whether a state of a key is a map from its windows to what they hold. */
  public static boolean isContent(String state) {
    return CONTENT.contains(state);
  }

  /** Goes to the next window; false after the last. */
  public boolean next() throws Exception {
    if (!walk.next()) {
      return false;
    }
    if (walk.window() instanceof TimeWindow window
        && selection.assigner() instanceof AlignedTimeWindows aligned
        && window.getEnd() - window.getStart() != aligned.sizeMillis()) {
      throw refused(
          "The window " + window + " of key " + key() + " is none of " + selection.assigner());
    }
    windowStates.window = walk.window();
    triggerStates.window = walk.window();
    return true;
  }

  /** The key, which is the store's current one. */
  public Object key() {
    return walk.key();
  }

  /** The window. */
  public Window window() {
    return walk.window();
  }

  /** Its records, or the one result of its aggregate. */
  public List<Object> elements() {
    List<Object> content = walk.content();
    if (aggregate == null) {
      return content;
    }
    Object folded;
    if (selection.records()) {
      folded = aggregate.createAccumulator();
      for (Object each : content) {
        folded = aggregate.add(each, folded);
      }
    } else {
      folded = content.get(0);
      for (Object each : content.subList(1, content.size())) {
        folded = aggregate.merge(folded, each);
      }
    }
    return Collections.singletonList(aggregate.getResult(folded));
  }

  /** The names of the states of windows that the operator's function declared. */
  public Set<String> windowStateNames() {
    return names(WINDOW_STATE);
  }

  /** The names of the states that the operator's trigger declared. */
  public Set<String> triggerStateNames() {
    return names(TRIGGER_STATE);
  }

  private Set<String> names(String prefix) {
    return store.stateNames().stream()
        .filter(name -> name.startsWith(prefix))
        .map(name -> name.substring(prefix.length()))
        .collect(Collectors.toSet());
  }

  /** A state of the window that the operator's function declared. */
  public State windowState(StateDescriptor<?, ?> descriptor) {
    return windowStates.of(descriptor);
  }

  /** A state of the window that the operator's trigger declared. */
  public State triggerState(StateDescriptor<?, ?> descriptor) {
    return triggerStates.of(descriptor);
  }
}
