package dev.weft.engine.operator.window;

import dev.weft.api.connector.builtin.SavedStateSource;
import dev.weft.api.state.MapState;
import dev.weft.api.state.MapStateDescriptor;
import dev.weft.api.types.TypeInformation;
import dev.weft.api.types.Types;
import dev.weft.api.windowing.windows.Window;
import dev.weft.engine.operator.KeyedOperator;
import dev.weft.engine.protocol.KeyGroups;
import dev.weft.engine.state.StateStore;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** Windows that lie in the rows of keys. */
final class RowWindows implements SavedWindows.Walk {
  private final StateStore store;
  private final KeyGroups.Range groups;
  private final List<String> state;
  private final MapState<Window, Object> contents;
  private final boolean records;
  private int group;
  private StateStore.KeyCursor keys;
  private Iterator<Map.Entry<Window, Object>> entries = Collections.emptyIterator();
  private Map.Entry<Window, Object> present;

  @SuppressWarnings("unchecked")
  RowWindows(
      StateStore store,
      KeyGroups.Range groups,
      TypeInformation<Window> windowType,
      SavedStateSource.Windows selection) {
    this.store = store;
    this.groups = groups;
    this.group = groups.first() - 1;
    this.records = selection.records();
    String name =
        KeyedOperator.OWN_STATE + (records ? WindowContents.RECORDS : WindowContents.FOLDED);
    TypeInformation<?> type = selection.contentType();
    this.state = List.of(name);
    this.contents =
        store.map(
            new MapStateDescriptor<>(
                name, windowType, (TypeInformation<Object>) (records ? Types.LIST(type) : type)));
  }

  @Override
  public boolean next() throws Exception {
    while (!entries.hasNext()) {
      if (!nextKey()) {
        return false;
      }
      List<Map.Entry<Window, Object>> all = new ArrayList<>();
      contents.entries().forEach(each -> all.add(Map.entry(each.getKey(), each.getValue())));
      entries = all.iterator();
    }
    present = entries.next();
    return true;
  }

  private boolean nextKey() {
    while (keys == null || !keys.next()) {
      if (++group >= groups.end()) {
        group = groups.end();
        return false;
      }
      keys = store.keys(group, state);
    }
    return true;
  }

  @Override
  public Object key() {
    return store.currentKey();
  }

  @Override
  public Window window() {
    return present.getKey();
  }

  @Override
  @SuppressWarnings("unchecked")
  public List<Object> content() {
    return records ? (List<Object>) present.getValue() : List.of(present.getValue());
  }
}
