package dev.weft.engine.batch;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;

/** Copied, not used itself: a key hasher around one method handle, see {@link FieldAccess}. */
final class HashTemplate implements KeyHasher {
  private static final MethodHandle HASH = HiddenCopies.handle(MethodHandles.lookup(), 0);

  @Override
  public int hash(Object key) {
    try {
      return Mixing.fold((long) HASH.invokeExact(KeyHashers.present(key)));
    } catch (Throwable e) {
      throw KeyHashers.failed(e);
    }
  }
}
