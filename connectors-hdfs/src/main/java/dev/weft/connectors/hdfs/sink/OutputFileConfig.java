package dev.weft.connectors.hdfs.sink;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import java.io.Serializable;

/**
 * How the names of files begin and end.
 *
 * @param partPrefix not empty, and neither {@code .} nor {@code _} comes first, which hides files
 * @param partSuffix such as {@code .txt}
 */
public record OutputFileConfig(String partPrefix, String partSuffix) implements Serializable {
  /** Checks the names. */
  public OutputFileConfig {
    boolean hidden = partPrefix.startsWith(".") || partPrefix.startsWith("_");
    if (partPrefix.isEmpty() || hidden || (partPrefix + partSuffix).indexOf('/') >= 0) {
      throw new WeftException(
          ErrorCode.USER,
          "Names of files begin with a letter or digit and have no slash, not '"
              + partPrefix
              + "' and '"
              + partSuffix
              + "'");
    }
  }

  /** Begins with {@code part} and nothing at the end. */
  public static OutputFileConfigBuilder builder() {
    return new OutputFileConfigBuilder();
  }

  /** Builds the names. */
  public static final class OutputFileConfigBuilder {
    private String prefix = "part";
    private String suffix = "";

    private OutputFileConfigBuilder() {}

    /** How names begin. */
    public OutputFileConfigBuilder withPartPrefix(String partPrefix) {
      prefix = partPrefix;
      return this;
    }

    /** How names end. */
    public OutputFileConfigBuilder withPartSuffix(String partSuffix) {
      suffix = partSuffix;
      return this;
    }

    /** The names. */
    public OutputFileConfig build() {
      return new OutputFileConfig(prefix, suffix);
    }
  }
}
