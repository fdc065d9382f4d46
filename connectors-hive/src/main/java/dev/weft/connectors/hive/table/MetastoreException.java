package dev.weft.connectors.hive.table;

import java.io.IOException;

/**
 * The metastore did not answer, or failed inside. Whether a change happened is unknown: look before
 * trying again.
 */
public final class MetastoreException extends IOException {
  MetastoreException(String message, Throwable cause) {
    super(message, cause);
  }
}
