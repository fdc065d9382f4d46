package dev.weft.connectors.hive.table;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.connectors.hive.table.PartitionPredicate.Operator;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Reads conditions on partition keys: comparisons of a key with a constant, {@code IN}, {@code
 * BETWEEN}, {@code IS [NOT] NULL}, {@code AND}, {@code OR}, {@code NOT} and parentheses. By
 * recursive descent, one method per level of precedence.
 */
public final class PartitionPredicateParser {
  private static final int DEPTH_MAX = 200;
  private static final int CHARS_MAX = 1 << 20;

  private enum Kind {
    WORD,
    STRING,
    NUMBER,
    SYMBOL,
    END
  }

  private record Token(Kind kind, String text, int position) {
    boolean is(String expected) {
      return (kind == Kind.WORD || kind == Kind.SYMBOL) && text.equalsIgnoreCase(expected);
    }
  }

  private final String text;
  private final List<HiveColumn> keys;
  private final List<Token> tokens = new ArrayList<>();
  private int next;
  private int depth;

  private PartitionPredicateParser(String text, List<HiveColumn> keys) {
    this.text = text;
    this.keys = keys;
  }

  /**
   * Reads a condition.
   *
   * @throws WeftException with code USER that names the place in the text
   */
  public static PartitionPredicate parse(String text, List<HiveColumn> keys) {
    PartitionPredicateParser parser = new PartitionPredicateParser(text, keys);
    if (text.length() > CHARS_MAX) {
      throw new WeftException(
          ErrorCode.USER, "A partition filter has more than " + CHARS_MAX + " characters");
    }
    parser.tokenize();
    PartitionPredicate predicate = parser.or();
    if (parser.peek().kind != Kind.END) {
      throw parser.wrong(parser.peek(), "AND, OR or the end");
    }
    return predicate;
  }

  private PartitionPredicate or() {
    if (++depth > DEPTH_MAX) {
      throw new WeftException(
          ErrorCode.USER, "A partition filter is nested more than " + DEPTH_MAX + " deep");
    }
    PartitionPredicate left = and();
    while (take("or")) {
      left = new PartitionPredicate.Or(left, and());
    }
    depth--;
    return left;
  }

  private PartitionPredicate and() {
    PartitionPredicate left = factor();
    while (take("and")) {
      left = new PartitionPredicate.And(left, factor());
    }
    return left;
  }

  private PartitionPredicate factor() {
    boolean negated = false;
    while (take("not")) {
      negated = !negated;
    }
    PartitionPredicate inner;
    if (take("(")) {
      inner = or();
      expect(")");
    } else {
      inner = comparison();
    }
    return negated ? new PartitionPredicate.Not(inner) : inner;
  }

  private PartitionPredicate comparison() {
    Token first = advance();
    if (first.kind == Kind.STRING || first.kind == Kind.NUMBER) {
      Operator operator = mirrored(operator());
      int key = key(advance());
      return compare(key, operator, first);
    }
    int key = key(first);
    if (take("is")) {
      boolean negated = take("not");
      expect("null");
      PartitionPredicate isNull = new PartitionPredicate.IsNull(key);
      return negated ? new PartitionPredicate.Not(isNull) : isNull;
    }
    boolean negated = take("not");
    PartitionPredicate result;
    if (take("in")) {
      result = in(key);
    } else if (take("between")) {
      PartitionPredicate low = compare(key, Operator.GREATER_OR_EQUAL, advance());
      expect("and");
      result = new PartitionPredicate.And(low, compare(key, Operator.LESS_OR_EQUAL, advance()));
    } else if (negated) {
      throw wrong(peek(), "IN or BETWEEN");
    } else {
      Operator operator = operator();
      return compare(key, operator, advance());
    }
    return negated ? new PartitionPredicate.Not(result) : result;
  }

  private PartitionPredicate in(int key) {
    expect("(");
    PartitionPredicate any = compare(key, Operator.EQUAL, advance());
    while (take(",")) {
      any = new PartitionPredicate.Or(any, compare(key, Operator.EQUAL, advance()));
    }
    expect(")");
    return any;
  }

  private PartitionPredicate compare(int key, Operator operator, Token constant) {
    HiveColumn column = keys.get(key);
    boolean literal =
        constant.kind == Kind.STRING
            || constant.kind == Kind.NUMBER
            || constant.is("true")
            || constant.is("false");
    if (!literal) {
      throw wrong(constant, "a constant such as 42 or '2024-01-31'");
    }
    try {
      PartitionValue.parse(column.type(), constant.text);
    } catch (WeftException e) {
      throw wrong(constant, "a value of type " + column.type() + " for the key " + column.name());
    }
    return new PartitionPredicate.Comparison(key, column.type(), operator, constant.text);
  }

  private Operator operator() {
    Token token = advance();
    return switch (token.kind == Kind.SYMBOL ? token.text : "") {
      case "=", "==" -> Operator.EQUAL;
      case "<>", "!=" -> Operator.NOT_EQUAL;
      case "<" -> Operator.LESS;
      case "<=" -> Operator.LESS_OR_EQUAL;
      case ">" -> Operator.GREATER;
      case ">=" -> Operator.GREATER_OR_EQUAL;
      default -> throw wrong(token, "=, <>, <, <=, >, >=, IN, BETWEEN or IS");
    };
  }

  private static Operator mirrored(Operator operator) {
    return switch (operator) {
      case LESS -> Operator.GREATER;
      case LESS_OR_EQUAL -> Operator.GREATER_OR_EQUAL;
      case GREATER -> Operator.LESS;
      case GREATER_OR_EQUAL -> Operator.LESS_OR_EQUAL;
      default -> operator;
    };
  }

  private int key(Token token) {
    if (token.kind != Kind.WORD) {
      throw wrong(token, "a partition key");
    }
    for (int i = 0; i < keys.size(); i++) {
      if (keys.get(i).name().equalsIgnoreCase(token.text)) {
        return i;
      }
    }
    List<String> names = keys.stream().map(HiveColumn::name).toList();
    throw new WeftException(
        ErrorCode.USER,
        "'"
            + token.text
            + "' in the partition filter \""
            + text
            + "\" is no partition key; the keys are "
            + names
            + Suggestion.nearest(token.text, names));
  }

  private Token peek() {
    return tokens.get(next);
  }

  private Token advance() {
    Token token = tokens.get(next);
    if (token.kind != Kind.END) {
      next++;
    }
    return token;
  }

  private boolean take(String expected) {
    if (peek().is(expected)) {
      next++;
      return true;
    }
    return false;
  }

  private void expect(String expected) {
    if (!take(expected)) {
      throw wrong(peek(), expected.toUpperCase(Locale.ROOT));
    }
  }

  private WeftException wrong(Token found, String expected) {
    return new WeftException(
        ErrorCode.USER,
        "The partition filter \""
            + text
            + "\" has "
            + (found.kind == Kind.END ? "its end" : "'" + found.text + "'")
            + " at character "
            + (found.position + 1)
            + " where "
            + expected
            + " is expected");
  }

  private void tokenize() {
    int at = 0;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (Character.isWhitespace(c)) {
        at++;
      } else if (c == '\'' || c == '"' || c == '`') {
        at = quoted(at, c);
      } else if (Character.isDigit(c) || (c == '-' || c == '.') && digitFollows(at)) {
        at = run(at, Kind.NUMBER);
      } else if (Character.isLetter(c) || c == '_') {
        at = run(at, Kind.WORD);
      } else {
        String two = text.substring(at, Math.min(text.length(), at + 2));
        boolean pair = List.of("<=", ">=", "<>", "!=", "==").contains(two);
        if (!pair && "=<>(),".indexOf(c) < 0) {
          throw wrong(new Token(Kind.SYMBOL, String.valueOf(c), at), "no such character");
        }
        tokens.add(new Token(Kind.SYMBOL, pair ? two : String.valueOf(c), at));
        at += pair ? 2 : 1;
      }
    }
    tokens.add(new Token(Kind.END, "", text.length()));
  }

  private boolean digitFollows(int at) {
    return at + 1 < text.length() && Character.isDigit(text.charAt(at + 1));
  }

  private int run(int from, Kind kind) {
    int to = from + 1;
    while (to < text.length()
        && (Character.isLetterOrDigit(text.charAt(to))
            || text.charAt(to) == '_'
            || kind == Kind.NUMBER && text.charAt(to) == '.')) {
      to++;
    }
    tokens.add(new Token(kind, text.substring(from, to), from));
    return to;
  }

  /** A quote within quotes is written twice. */
  private int quoted(int from, char quote) {
    StringBuilder value = new StringBuilder();
    int at = from + 1;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == quote && at + 1 < text.length() && text.charAt(at + 1) == quote) {
        at++;
      } else if (c == quote) {
        Kind kind = quote == '`' ? Kind.WORD : Kind.STRING;
        tokens.add(new Token(kind, value.toString(), from));
        return at + 1;
      }
      value.append(c);
      at++;
    }
    throw wrong(new Token(Kind.END, "", text.length()), "the closing " + quote);
  }
}
