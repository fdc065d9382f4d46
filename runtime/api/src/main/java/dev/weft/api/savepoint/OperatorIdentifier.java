package dev.weft.api.savepoint;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import java.io.Serializable;

/**
 * Names an operator of a checkpoint or savepoint.
 *
 * @param id as {@code weft state list} shows it
 */
public record OperatorIdentifier(String id) implements Serializable {
  /** Refuses an empty name. */
  public OperatorIdentifier {
    if (id == null || id.isBlank()) {
      throw new WeftException(
          ErrorCode.USER, "An operator is named by its uid, which is not empty");
    }
  }

  /** The operator that the program gave this uid. */
  public static OperatorIdentifier forUid(String uid) {
    return new OperatorIdentifier(uid);
  }

  /** The operator that is kept under this hash: 32 hexadecimal digits. */
  public static OperatorIdentifier forUidHash(String uidHash) {
    return new OperatorIdentifier(uidHash);
  }

  @Override
  public String toString() {
    return "'" + id + "'";
  }
}
