package dev.weft.api;

import dev.weft.api.CoGroupedStreams.TaggedUnion;
import dev.weft.api.functions.CoGroupFunction;
import dev.weft.api.functions.Collector;
import dev.weft.api.functions.Function;
import dev.weft.api.windowing.windows.Window;
import java.util.ArrayList;
import java.util.List;

/** Parts the records of a window by the stream that they are of. */
final class CoGroupedWindowFunction<T1, T2, R, K, W extends Window>
    extends WrappedWindowFunction<TaggedUnion<T1, T2>, R, K, W> {
  private static final long serialVersionUID = 1;

  private final CoGroupFunction<T1, T2, R> call;

  /**
   * A function.
   *
   * @param function of the user, which is opened and closed
   * @param call hands the records of a group to it
   */
  CoGroupedWindowFunction(Function function, CoGroupFunction<T1, T2, R> call) {
    super(function);
    this.call = call;
  }

  @Override
  public void process(
      K key, Context context, Iterable<TaggedUnion<T1, T2>> elements, Collector<R> out)
      throws Exception {
    List<T1> first = new ArrayList<>();
    List<T2> second = new ArrayList<>();
    for (TaggedUnion<T1, T2> element : elements) {
      if (element.isOne()) {
        first.add(element.getOne());
      } else {
        second.add(element.getTwo());
      }
    }
    call.coGroup(first, second, out);
  }
}
