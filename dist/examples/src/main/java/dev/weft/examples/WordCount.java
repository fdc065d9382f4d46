package dev.weft.examples;

import dev.weft.api.StreamExecutionEnvironment;
import dev.weft.api.eventtime.WatermarkStrategy;
import dev.weft.connectors.hdfs.sink.FileSink;
import dev.weft.connectors.hdfs.sink.LineEncoder;
import dev.weft.connectors.hdfs.source.FileSource;
import java.util.Locale;

/**
 * Counts the words of text files, once the whole input is read.
 *
 * <pre>weft run -t local -p 2 WordCount.jar --from file:///tmp/in.txt --into file:///tmp/out</pre>
 */
public final class WordCount {
  private WordCount() {}

  /** A word and how often it was seen. */
  public record Count(String word, long count) {
    @Override
    public String toString() {
      return word + " " + count;
    }
  }

  /** Runs the job: {@code --from PATH --into DIRECTORY}. */
  public static void main(String[] args) throws Exception {
    Arguments arguments = new Arguments(args, "from", "into");
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    env.fromSource(
            FileSource.text(arguments.required("from")), WatermarkStrategy.noWatermarks(), "text")
        .<Count>flatMap(
            (line, out) -> {
              for (String word : line.toLowerCase(Locale.ROOT).split("\\W+")) {
                if (!word.isEmpty()) {
                  out.collect(new Count(word, 1));
                }
              }
            })
        .returns(Count.class)
        .keyBy(Count::word)
        .sum("count")
        .sinkTo(
            FileSink.forRowFormat(arguments.required("into"), new LineEncoder<Count>()).build());
    env.execute("WordCount");
  }
}
