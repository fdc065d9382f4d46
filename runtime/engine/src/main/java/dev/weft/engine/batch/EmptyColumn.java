package dev.weft.engine.batch;

/** The column of {@code Void}: nothing but nulls, which are no values. */
final class EmptyColumn extends ColumnCodec {
  @Override
  void writeDense(Object[] values, int size, ByteSink target) {}

  @Override
  void readDense(ByteSource source, Object[] target, int size) {
    if (size > 0) {
      throw source.damaged("a column without values has " + size);
    }
  }

  @Override
  public Object copy(Object value) {
    return value;
  }

  @Override
  public boolean immutable() {
    return true;
  }
}
