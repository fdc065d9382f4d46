package jobs;

import java.io.IOException;
import java.nio.file.Paths;
import java.util.List;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.FilterFunction;
import org.apache.flink.api.common.serialization.SimpleStringEncoder;
import org.apache.flink.connector.file.sink.FileSink;
import org.apache.flink.connector.file.src.FileSource;
import org.apache.flink.connector.file.src.reader.TextLineInputFormat;
import org.apache.flink.core.fs.Path;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** Reads lines of files and writes those that name an error. */
public class Files {
  public static void main(String[] args) throws Exception {
    Path input = new Path(write(args[0]));
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    env.setParallelism(2);

    FileSource<String> source =
        FileSource.forRecordStreamFormat(new TextLineInputFormat(), input).build();
    DataStream<String> lines =
        env.fromSource(source, WatermarkStrategy.noWatermarks(), "log files");
    lines
        .filter(
            new FilterFunction<String>() {
              @Override
              public boolean filter(String line) {
                return line.contains("ERROR");
              }
            })
        .rebalance()
        .map(line -> line.substring(6))
        .sinkTo(
            FileSink.forRowFormat(new Path(args[0]), new SimpleStringEncoder<String>()).build());
    env.execute("Files");
  }

  private static String write(String results) throws IOException {
    java.nio.file.Path folder = Paths.get(java.net.URI.create(results)).resolveSibling("logs");
    java.nio.file.Files.createDirectories(folder);
    java.nio.file.Files.write(
        folder.resolve("one.log"), List.of("INFO  started", "ERROR disk full", "INFO  more"));
    java.nio.file.Files.write(folder.resolve("two.log"), List.of("ERROR no host", ""));
    return folder.toUri().toString();
  }
}
