package dev.weft.api.connector;

import dev.weft.api.types.TypeInformation;
import java.io.Serializable;

/**
 * A replayable source: an enumerator on the control side finds splits and hands them out; a reader
 * per subtask reads them. After a restore readers continue from the positions in their splits.
 *
 * @param <T> the records
 * @param <SplitT> the splits
 * @param <EnumStateT> what the enumerator keeps in a checkpoint
 */
public interface Source<T, SplitT extends SourceSplit, EnumStateT> extends Serializable {
  /** Whether this source ends. */
  Boundedness getBoundedness();

  /** The type of the records. */
  TypeInformation<T> getProducedType();

  /** Makes the enumerator of a fresh start. Must not block; called on the enumerator's lane. */
  SplitEnumerator<SplitT, EnumStateT> createEnumerator(SplitEnumeratorContext<SplitT> context)
      throws Exception;

  /** Makes the enumerator from a checkpoint's state. */
  SplitEnumerator<SplitT, EnumStateT> restoreEnumerator(
      SplitEnumeratorContext<SplitT> context, EnumStateT checkpoint) throws Exception;

  /**
   * Makes the reader of one subtask. May block; called on a thread of its own before the task runs,
   * after which the reader belongs to the task's thread.
   */
  SourceReader<T, SplitT> createReader(SourceReaderContext context) throws Exception;

  /** How splits, with their positions, are written. */
  SimpleVersionedSerializer<SplitT> getSplitSerializer();

  /** How the enumerator's state is written. */
  SimpleVersionedSerializer<EnumStateT> getEnumeratorCheckpointSerializer();

  /**
   * Whether the reader's {@link SourceReader#pollNext} may block (file or network input). A reader
   * that blocks runs on a thread of its own.
   */
  default boolean blocking() {
    return true;
  }
}
