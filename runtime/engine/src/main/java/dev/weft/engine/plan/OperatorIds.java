package dev.weft.engine.plan;

import dev.weft.api.OutputTag;
import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.graph.Operation;
import dev.weft.api.graph.Partitioning;
import dev.weft.api.graph.Transformation;
import dev.weft.api.graph.TwoInputOperation;
import dev.weft.api.graph.WindowOperation;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Gives every step the identity by which its state is found again: the user's uid, or one computed
 * from what the step does and the identities of its inputs. A computed identity depends on nothing
 * else, so that it survives changes in other branches, of names, of parallelism and of line
 * numbers; equal steps on equal inputs are told apart by their order.
 */
final class OperatorIds {
  private static final int UID_LENGTH_MAX = 200;
  private static final int ID_BYTES = 16;

  private final ProgramGraph graph;
  private final Map<Transformation, String> uids = new IdentityHashMap<>();
  private final Map<String, Integer> occurrences = new HashMap<>();

  private OperatorIds(ProgramGraph graph) {
    this.graph = graph;
  }

  /**
   * The identities of all steps, in their order.
   *
   * @throws WeftException with code USER when a uid is not usable or used twice
   */
  static Map<Transformation, String> of(ProgramGraph graph) {
    OperatorIds ids = new OperatorIds(graph);
    Map<Transformation, String> result = new LinkedHashMap<>();
    Map<String, Transformation> owners = new HashMap<>();
    for (Transformation step : graph.steps()) {
      String uid = ids.identify(step);
      Transformation other = owners.putIfAbsent(uid, step);
      if (other != null) {
        throw new WeftException(
            ErrorCode.USER,
            "The uid or uid hash '"
                + uid
                + "' is that of "
                + ProgramGraph.describe(other)
                + " and of "
                + ProgramGraph.describe(step)
                + "; give each step one of its own");
      }
      ids.uids.put(step, uid);
      result.put(step, uid);
    }
    return result;
  }

  private String identify(Transformation step) {
    if (step.uidHash() != null) {
      return step.uidHash();
    }
    return step.uid() == null ? compute(step) : checked(step);
  }

  /** 32 hexadecimal digits that depend on the text alone. */
  static String digest(String text) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, ID_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static String checked(Transformation step) {
    String uid = step.uid();
    boolean usable =
        !uid.isBlank()
            && uid.length() <= UID_LENGTH_MAX
            && uid.indexOf('/') < 0
            && uid.chars().noneMatch(Character::isISOControl);
    if (!usable) {
      throw new WeftException(
          ErrorCode.USER,
          "The uid '"
              + uid
              + "' of "
              + ProgramGraph.describe(step)
              + " is not usable: it has 1 to "
              + UID_LENGTH_MAX
              + " characters, none of them '/' or a control character");
    }
    return uid;
  }

  private String compute(Transformation step) {
    StringBuilder text = new StringBuilder(step.operation().getClass().getSimpleName());
    text.append('|').append(codeOf((Operation.Physical) step.operation()));
    for (ProgramGraph.Link link : graph.inputsOf(step)) {
      OutputTag<?> side = link.sideOutput();
      text.append('|').append(uids.get(link.source()));
      text.append('|').append(nameOf(link.partitioning()));
      text.append('|').append(side == null ? "" : side.getId());
      if (link.input() > 0) {
        text.append('|').append(link.input());
      }
    }
    int occurrence = occurrences.merge(text.toString(), 1, Integer::sum);
    return digest(text.append('|').append(occurrence).toString());
  }

  /** Whether records go straight on or in turn follows from the widths, which may change. */
  private static String nameOf(Partitioning partitioning) {
    Class<?> kind = partitioning.getClass();
    boolean byWidth = kind == Partitioning.Rebalance.class || kind == Partitioning.Rescale.class;
    return (byWidth ? Partitioning.Forward.class : kind).getSimpleName();
  }

  /** The class of the user's code where it has a name of its own. */
  private static String codeOf(Operation.Physical operation) {
    Object code = null;
    if (operation instanceof Operation.FromSource<?> source) {
      code = source.source();
    } else if (operation instanceof Operation.Map<?, ?> map) {
      code = map.function();
    } else if (operation instanceof Operation.Filter<?> filter) {
      code = filter.function();
    } else if (operation instanceof Operation.FlatMap<?, ?> flatMap) {
      code = flatMap.function();
    } else if (operation instanceof Operation.Process<?, ?> process) {
      code = process.function();
    } else if (operation instanceof Operation.KeyedProcess<?, ?, ?> process) {
      code = process.function();
    } else if (operation instanceof Operation.KeyedReduce<?> reduce) {
      code = reduce.function();
    } else if (operation instanceof WindowOperation<?, ?, ?> window) {
      code = window.aggregate() == null ? window.process() : window.aggregate();
    } else if (operation instanceof Operation.ToSink<?> sink) {
      code = sink.sink();
    } else if (operation instanceof Operation.Async<?, ?> async) {
      code = async.function();
    } else if (operation instanceof TwoInputOperation pair) {
      code = pair.function();
    }
    if (code == null || code.getClass().isHidden() || code.getClass().isAnonymousClass()) {
      return "";
    }
    return code.getClass().getName();
  }
}
