package dev.weft.benchmarks;

import dev.weft.api.RuntimeExecutionMode;
import dev.weft.api.StreamExecutionEnvironment;
import dev.weft.api.eventtime.WatermarkStrategy;
import dev.weft.api.functions.Collector;
import dev.weft.connectors.hdfs.sink.FileSink;
import dev.weft.connectors.hdfs.sink.LineEncoder;
import dev.weft.connectors.hdfs.source.FileSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** {@code w1}: a bounded word count from a text file into text files; one line per word. */
final class TextWordCount implements Workload {
  private final Path directory;
  private final long megabytes;
  private long words = -1;

  TextWordCount(Path directory, long megabytes) {
    this.directory = directory;
    this.megabytes = megabytes;
  }

  private Path text() {
    return directory.resolve("words-" + megabytes + ".txt");
  }

  private Path output() {
    return directory.resolve("w1-out");
  }

  @Override
  public void build(StreamExecutionEnvironment environment, long records) throws Exception {
    records(records);
    delete(output());
    environment
        .setRuntimeMode(RuntimeExecutionMode.BATCH)
        .fromSource(
            FileSource.text(text().toUri().toString()), WatermarkStrategy.noWatermarks(), "text")
        .<WordCount>flatMap(TextWordCount::split)
        .returns(WordCount.class)
        .keyBy(WordCount::word)
        .sum("count")
        .map(count -> count.word() + " " + count.count())
        .returns(String.class)
        .sinkTo(FileSink.forRowFormat(output().toUri().toString(), new LineEncoder<>()).build());
  }

  private static void split(String line, Collector<WordCount> out) {
    int begin = 0;
    while (begin < line.length()) {
      int end = line.indexOf(' ', begin);
      end = end < 0 ? line.length() : end;
      if (end > begin) {
        out.collect(new WordCount(line.substring(begin, end), 1));
      }
      begin = end + 1;
    }
  }

  @Override
  public long defaultRecords() {
    return -1;
  }

  @Override
  public long records(long asked) {
    if (words < 0) {
      try {
        Files.createDirectories(directory);
        words = Vocabulary.writeText(text(), megabytes);
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }
    return words;
  }

  @Override
  public long outcome(long records) throws IOException {
    long sum = 0;
    for (Path file : below(output())) {
      if (Files.isRegularFile(file) && !file.getFileName().toString().startsWith("_")) {
        for (String line : Files.readAllLines(file)) {
          int blank = line.indexOf(' ');
          sum += check(line.substring(0, blank), Long.parseLong(line.substring(blank + 1)));
        }
      }
    }
    return sum;
  }

  @Override
  public long expected(long records) {
    long[] counts = new long[Vocabulary.WORDS];
    for (long index = 0; index < records; index++) {
      counts[Vocabulary.rankAt(index)]++;
    }
    long sum = 0;
    for (int rank = 0; rank < counts.length; rank++) {
      sum += counts[rank] == 0 ? 0 : check(Vocabulary.word(rank), counts[rank]);
    }
    return sum;
  }

  private static long check(String word, long count) {
    return Scramble.mix(count + word.hashCode() * 31L);
  }

  private static List<Path> below(Path root) throws IOException {
    if (!Files.exists(root)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(root)) {
      return files.sorted(Comparator.reverseOrder()).toList();
    }
  }

  private static void delete(Path root) throws IOException {
    for (Path file : below(root)) {
      Files.delete(file);
    }
  }
}
