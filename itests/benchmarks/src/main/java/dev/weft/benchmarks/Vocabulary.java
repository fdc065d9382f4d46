package dev.weft.benchmarks;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * 100,000 words whose frequencies fall with their rank (Zipf, exponent 1), drawn in constant time
 * by Walker's alias method: every slot holds its own word up to a threshold and a more frequent one
 * above it.
 */
final class Vocabulary {
  static final int WORDS = 100_000;

  private static final int LETTERS_STREAM = 1;
  private static final int DRAW_STREAM = 2;
  private static final int WORDS_PER_LINE = 10;
  private static final int LETTERS = 26;

  private static final String[] TEXT = new String[WORDS];
  private static final int[] OTHER = new int[WORDS];
  private static final int[] THRESHOLD = new int[WORDS];

  static {
    for (int rank = 0; rank < WORDS; rank++) {
      TEXT[rank] = spell(rank);
    }
    fillSlots();
  }

  private Vocabulary() {}

  /** One to eight letters, and the rank to make the word unique. */
  private static String spell(int rank) {
    long number = Scramble.number(LETTERS_STREAM, rank);
    int letters = 1 + (int) (number & 7);
    StringBuilder word = new StringBuilder();
    while (word.length() < letters) {
      word.append((char) ('a' + Scramble.below(number, LETTERS)));
      number = Scramble.mix(number);
    }
    return word.append(rank).toString();
  }

  private static void fillSlots() {
    double[] weight = new double[WORDS];
    double sum = 0;
    for (int rank = 0; rank < WORDS; rank++) {
      weight[rank] = 1.0 / (rank + 1);
      sum += weight[rank];
    }
    // Two stacks in one array: slots that are not full grow from the left, the others from the
    // right.
    int[] stacks = new int[WORDS];
    int poor = 0;
    int rich = WORDS;
    for (int rank = 0; rank < WORDS; rank++) {
      weight[rank] = weight[rank] * WORDS / sum;
      if (weight[rank] < 1) {
        stacks[poor++] = rank;
      } else {
        stacks[--rich] = rank;
      }
    }
    while (poor > 0 && rich < WORDS) {
      int taker = stacks[--poor];
      int giver = stacks[rich];
      THRESHOLD[taker] = (int) (weight[taker] * Integer.MAX_VALUE);
      OTHER[taker] = giver;
      weight[giver] -= 1 - weight[taker];
      if (weight[giver] < 1) {
        rich++;
        stacks[poor++] = giver;
      }
    }
    while (poor > 0) {
      THRESHOLD[stacks[--poor]] = Integer.MAX_VALUE;
    }
    while (rich < WORDS) {
      THRESHOLD[stacks[rich++]] = Integer.MAX_VALUE;
    }
  }

  /** The rank of the word at an index of the text. */
  static int rankAt(long index) {
    long number = Scramble.number(DRAW_STREAM, index);
    int slot = Scramble.below(number, WORDS);
    int within = (int) number >>> 1;
    return within <= THRESHOLD[slot] ? slot : OTHER[slot];
  }

  /** The word of a rank. */
  static String word(int rank) {
    return TEXT[rank];
  }

  /** The word at an index of the text. */
  static String wordAt(long index) {
    return TEXT[rankAt(index)];
  }

  /**
   * A text file of about the given size, ten words a line; made when it is not there.
   *
   * @return how many words it has
   */
  static long writeText(Path file, long megabytes) throws IOException {
    long wanted = megabytes << 20;
    long bytes = 0;
    long words = 0;
    Path unfinished = file.resolveSibling(file.getFileName() + ".part");
    boolean there = Files.exists(file);
    try (OutputStream out =
        there
            ? OutputStream.nullOutputStream()
            : new BufferedOutputStream(Files.newOutputStream(unfinished), 1 << 20)) {
      while (bytes < wanted) {
        for (int column = 1; column <= WORDS_PER_LINE; column++) {
          byte[] word = wordAt(words++).getBytes(StandardCharsets.US_ASCII);
          out.write(word);
          out.write(column == WORDS_PER_LINE ? '\n' : ' ');
          bytes += word.length + 1;
        }
      }
    }
    if (!there) {
      Files.move(unfinished, file);
    }
    return words;
  }
}
