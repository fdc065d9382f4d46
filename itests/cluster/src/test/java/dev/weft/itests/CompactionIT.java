package dev.weft.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.RuntimeExecutionMode;
import dev.weft.api.StreamExecutionEnvironment;
import dev.weft.api.connector.builtin.DataGeneratorSource;
import dev.weft.api.connector.builtin.RateLimiterStrategy;
import dev.weft.api.eventtime.WatermarkStrategy;
import dev.weft.api.types.Types;
import dev.weft.connectors.hdfs.sink.ConcatFileCompactor;
import dev.weft.connectors.hdfs.sink.FileCompactStrategy;
import dev.weft.connectors.hdfs.sink.FileSink;
import dev.weft.connectors.hdfs.sink.LineEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A program whose sink merges its small files, on HDFS. */
@ExtendWith(ClusterExtension.class)
class CompactionIT {
  private static final int NUMBERS = 6_000;

  /** Writes numbers for about three seconds; two checkpoints' files become one. */
  public static final class Numbers {
    private Numbers() {}

    /** Runs the job: the directory of the output. */
    public static void main(String[] args) throws Exception {
      StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
      env.setRuntimeMode(RuntimeExecutionMode.STREAMING);
      env.enableCheckpointing(200);
      env.fromSource(
              new DataGeneratorSource<>(
                  n -> n, NUMBERS, RateLimiterStrategy.perSecond(2_000), Types.LONG),
              WatermarkStrategy.noWatermarks(),
              "numbers")
          .sinkTo(
              FileSink.forRowFormat(args[0], new LineEncoder<Long>())
                  .enableCompact(
                      FileCompactStrategy.Builder.newBuilder()
                          .enableCompactionOnCheckpoint(2)
                          .build(),
                      new ConcatFileCompactor())
                  .build());
      env.execute("Numbers");
    }
  }

  @Test
  void everyNumberIsInOneOfTheMergedFiles(TestCluster cluster) throws Exception {
    String into = cluster.hadoop().defaultFs() + "/tmp/compacted";
    cluster
        .distribution()
        .runLocally(ProgramJars.of(cluster, "numbers.jar", Numbers.class, true).toString(), into)
        .succeeds();
    FileSystem files = cluster.hadoop().files();
    List<String> merged = new ArrayList<>();
    List<String> lines = new ArrayList<>();
    for (FileStatus file : files.listStatus(new Path(into))) {
      if (file.isFile()) {
        try (var in = files.open(file.getPath())) {
          new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().forEach(lines::add);
        }
        if (file.getPath().getName().startsWith("compacted-")) {
          merged.add(file.getPath().getName());
        }
      } else {
        assertTrue(file.getPath().getName().startsWith("."), file.toString());
      }
    }
    assertEquals(
        LongStream.range(0, NUMBERS).boxed().toList(),
        lines.stream().map(Long::valueOf).sorted().toList());
    assertTrue(merged.size() > 2, "merged: " + merged);
  }
}
