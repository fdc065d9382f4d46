package dev.weft.migration;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The classes that users of Flink 1.20, of Flink 2 and of Weft may name, and which stand for which.
 */
final class Apis {
  static final Path FLINK_1 = Path.of("target/flink-1");
  static final Path FLINK_2 = Path.of("target/flink-2");
  private static final Path ROOT = Path.of("../..");

  /** Where Flink keeps what programs on streams name. */
  private static final Pattern FLINK =
      Pattern.compile(
          "org\\.apache\\.flink\\.("
              + "streaming\\.api\\.(datastream|environment|functions|windowing)\\..*"
              + "|streaming\\.api\\.(CheckpointingMode|TimerService|TimeDomain)"
              + "|api\\.common\\.(functions|state|eventtime|accumulators|typeinfo|serialization)\\..*"
              + "|api\\.common\\.(JobStatus|JobExecutionResult|RuntimeExecutionMode|ExecutionConfig)"
              + "|api\\.common\\.operators\\.SlotSharingGroup|streaming\\.api\\.checkpoint\\..*"
              + "|runtime\\.state\\.(Function(Initialization|Snapshot)Context|KeyedStateFunction)"
              + "|streaming\\.util\\.retryable\\..*|api\\.connector\\.(source|sink2|dsv2)\\..*"
              + "|api\\.java\\.(functions|tuple)\\..*|connector\\.(file|datagen|base)\\..*"
              + "|configuration\\.(Configuration|ConfigOption|ConfigOptions|MemorySize)"
              + "|configuration\\.ExternalizedCheckpointRetention|util\\.ParameterTool"
              + "|configuration\\.(Core|Pipeline|Execution|Checkpointing|StateBackend)Options"
              + "|configuration\\.RestartStrategyOptions|core\\.execution\\..*|core\\.fs\\.Path"
              + "|core\\.io\\.(InputStatus|SimpleVersionedSerializer)"
              + "|metrics\\.(Counter|Gauge|Histogram|Meter|MetricGroup)"
              + "|util\\.(Collector|OutputTag|CloseableIterator))");

  /** What has another name here. */
  private static final Map<String, String> RENAMED =
      Map.of(
          "org.apache.flink.api.java.utils.ParameterTool",
          "dev.weft.api.config.ParameterTool",
          "org.apache.flink.api.common.serialization.SimpleStringEncoder",
          "dev.weft.connectors.hdfs.sink.LineEncoder",
          "org.apache.flink.connector.file.src.reader.TextLineInputFormat",
          "dev.weft.connectors.hdfs.source.TextLineFormat");

  private Apis() {}

  static ApiIndex flink(Path version) throws IOException {
    return ApiIndex.of(name -> FLINK.matcher(name).matches(), version);
  }

  static ApiIndex weft() throws IOException {
    return ApiIndex.of(
        name -> name.startsWith("dev.weft.api.") || name.startsWith("dev.weft.connectors."),
        ROOT.resolve("runtime/api/target/classes"),
        ROOT.resolve("connectors-hdfs/target/classes"));
  }

  /** For every class of Flink that has one, the class of Weft of the same name. */
  static Map<String, String> counterparts() throws IOException {
    Map<String, List<String>> weft = new TreeMap<>();
    for (ApiIndex.ApiClass type : weft().visible()) {
      if (!type.packageName().endsWith(".graph") && !type.packageName().endsWith(".error")) {
        weft.computeIfAbsent(type.nestedName(), name -> new ArrayList<>()).add(type.name());
      }
    }
    Map<String, String> counterparts = new TreeMap<>(RENAMED);
    for (Path version : List.of(FLINK_1, FLINK_2)) {
      for (ApiIndex.ApiClass type : flink(version).visible()) {
        List<String> same = weft.getOrDefault(type.nestedName(), List.of());
        if (same.size() > 1) {
          same = same.stream().filter(name -> sharePackage(name, type.name())).toList();
        }
        if (same.size() > 1) {
          throw new IllegalStateException(type.name() + " may be any of " + same);
        }
        if (same.size() == 1) {
          counterparts.put(type.name(), same.get(0));
        }
      }
    }
    return counterparts;
  }

  /** Whether the last package of a class of Weft is among those of one of Flink. */
  private static boolean sharePackage(String weft, String flink) {
    String[] packages = weft.split("\\.[A-Z]", 2)[0].split("\\.");
    return flink.contains("." + packages[packages.length - 1] + ".");
  }

  /** Whether a name is of a class within a class. */
  static boolean isNested(String name) {
    return name.matches(".*\\.[A-Z]\\w*\\.[A-Z]\\w*");
  }

  /** Files that tests hold are rewritten when this is set. */
  static boolean updating() {
    return Boolean.getBoolean("weft.docs.update");
  }
}
