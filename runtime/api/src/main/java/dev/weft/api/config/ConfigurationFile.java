package dev.weft.api.config;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Reads {@code config.yaml}: a flat subset of YAML with one {@code key: value} in each line,
 * comments and quoted values. Nesting, lists, anchors and tags are refused by name, and so are
 * unknown and repeated keys and values that do not fit their option.
 */
public final class ConfigurationFile {
  /** Larger files are refused. */
  static final int BYTES_MAX = 1 << 20;

  private final String source;
  private final Configuration result = new Configuration();
  private final Map<String, Integer> lineOfKey = new HashMap<>();
  private int line;

  private ConfigurationFile(String source) {
    this.source = source;
  }

  /**
   * Reads a file.
   *
   * @throws WeftException with code USER that names file, line, key and value, and what to do
   */
  public static Configuration load(Path file) {
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(BYTES_MAX + 1);
    } catch (NoSuchFileException e) {
      throw new WeftException(ErrorCode.USER, "There is no configuration file " + file, e);
    } catch (IOException e) {
      throw new WeftException(
          ErrorCode.USER, "The configuration file " + file + " cannot be read: " + e, e);
    }
    if (bytes.length > BYTES_MAX) {
      throw new WeftException(
          ErrorCode.USER, "The configuration file " + file + " is larger than 1 MB");
    }
    try {
      return parse(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString(),
          file.toString());
    } catch (CharacterCodingException e) {
      throw new WeftException(
          ErrorCode.USER, "The configuration file " + file + " is not UTF-8 text", e);
    }
  }

  /**
   * Reads a text.
   *
   * @param source what messages call the text
   * @throws WeftException as {@link #load}
   */
  public static Configuration parse(String text, String source) {
    ConfigurationFile file = new ConfigurationFile(source);
    String body = text.startsWith("\uFEFF") ? text.substring(1) : text;
    body.lines().forEach(file::readLine);
    return file.result;
  }

  private void readLine(String raw) {
    line++;
    String text = raw.stripTrailing();
    if (text.isBlank()
        || text.stripLeading().startsWith("#")
        || (line == 1 && text.equals("---"))) {
      return;
    }
    if (Character.isWhitespace(text.charAt(0))) {
      throw refuse("the line is indented; write keys in full, such as 'rest.port: 8081'");
    }
    if (text.startsWith("- ") || text.equals("-")) {
      throw refuse("lists are not understood; write 'key: a;b'");
    }
    if (text.startsWith("---") || text.startsWith("...") || text.startsWith("%")) {
      throw refuse("one document without directives is expected");
    }
    int colon = text.indexOf(':');
    if (colon <= 0 || (colon + 1 < text.length() && text.charAt(colon + 1) != ' ')) {
      throw refuse("expected 'key: value', found '" + text + "'");
    }
    String key = unquoted(text.substring(0, colon).strip());
    String value = value(key, text.substring(colon + 1).strip());
    Integer before = lineOfKey.putIfAbsent(key, line);
    if (before != null) {
      throw refuse("the key '" + key + "' stands already in line " + before + "; keep one of them");
    }
    Optional<String> problem = OptionCatalogue.problemOf(key, value);
    if (problem.isPresent()) {
      throw refuse(problem.get());
    }
    result.setString(key, value);
  }

  private String value(String key, String text) {
    if (text.isEmpty() || text.startsWith("#")) {
      throw refuse("the key '" + key + "' has no value; write \"\" for an empty text");
    }
    char first = text.charAt(0);
    if (first == '"' || first == '\'') {
      return quoted(key, text, first);
    }
    switch (first) {
      case '&', '*' -> throw refuse("anchors and aliases are not understood; quote the value");
      case '!' -> throw refuse("tags are not understood; quote the value");
      case '[', '{' ->
          throw refuse("write lists as 'a;b' and quote values that begin with " + first);
      case '|', '>' -> throw refuse("values of several lines are not understood");
      case '@', '`', '%' -> throw refuse("quote values that begin with " + first);
      default -> {
        int comment = text.indexOf(" #");
        return comment < 0 ? text : text.substring(0, comment).stripTrailing();
      }
    }
  }

  private String quoted(String key, String text, char quote) {
    StringBuilder value = new StringBuilder();
    for (int i = 1; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\' && quote == '"' && i + 1 < text.length()) {
        i++;
        value.append(escaped(text.charAt(i)));
      } else if (c != quote) {
        value.append(c);
      } else if (quote == '\'' && i + 1 < text.length() && text.charAt(i + 1) == quote) {
        value.append(quote);
        i++;
      } else {
        String rest = text.substring(i + 1).strip();
        if (!rest.isEmpty() && !rest.startsWith("#")) {
          throw refuse("text follows the quoted value of '" + key + "': " + rest);
        }
        return value.toString();
      }
    }
    throw refuse("the quoted value of '" + key + "' does not end");
  }

  private char escaped(char c) {
    return switch (c) {
      case 'n' -> '\n';
      case 't' -> '\t';
      case '"', '\\', '/' -> c;
      default -> throw refuse("\\" + c + " is no escape that is understood");
    };
  }

  private static String unquoted(String key) {
    boolean quoted =
        key.length() > 1
            && ((key.startsWith("\"") && key.endsWith("\""))
                || (key.startsWith("'") && key.endsWith("'")));
    return quoted ? key.substring(1, key.length() - 1) : key;
  }

  private WeftException refuse(String what) {
    return new WeftException(ErrorCode.USER, source + ", line " + line + ": " + what);
  }
}
