package dev.weft.engine.plan;

import dev.weft.api.OutputTag;
import dev.weft.api.Pipeline;
import dev.weft.api.config.Configuration;
import dev.weft.api.config.CoreOptions;
import dev.weft.api.config.PipelineOptions;
import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.graph.Operation;
import dev.weft.api.graph.Partitioning;
import dev.weft.api.graph.SavepointOperation;
import dev.weft.api.graph.Transformation;
import dev.weft.api.graph.TwoInputOperation;
import dev.weft.api.graph.WindowOperation;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A program without its virtual steps: physical steps and the links between them, checked one by
 * one. Unions, side outputs and partitionings have become properties of links.
 */
final class ProgramGraph {
  /** The most key groups there can be: they are numbered in 16 bits. */
  static final int MAX_PARALLELISM_LIMIT = 1 << 15;

  /**
   * Records go from one step to another.
   *
   * @param input which input of the target, from 0
   * @param sideOutput which side output of the source; null for the main output
   * @param partitioning as the program says or as the widths demand; never null
   */
  record Link(
      Transformation source,
      Transformation target,
      int input,
      OutputTag<?> sideOutput,
      Partitioning partitioning) {}

  private final Map<Transformation, List<Link>> inputs = new LinkedHashMap<>();
  private final Map<Transformation, List<Link>> outputs = new LinkedHashMap<>();
  private final Map<Transformation, String> groups = new IdentityHashMap<>();
  private final Set<Transformation> known =
      java.util.Collections.newSetFromMap(new IdentityHashMap<>());
  private final int defaultParallelism;
  private final int maxParallelism;

  private ProgramGraph(Configuration configuration) {
    this.defaultParallelism = configuration.get(CoreOptions.DEFAULT_PARALLELISM);
    this.maxParallelism = configuration.get(PipelineOptions.MAX_PARALLELISM);
  }

  /**
   * Reads a program.
   *
   * @throws WeftException with code USER that names the step and its place
   */
  static ProgramGraph of(Pipeline pipeline) {
    ProgramGraph graph = new ProgramGraph(pipeline.configuration());
    graph.checkWidths();
    graph.known.addAll(pipeline.transformations());
    for (Transformation step : pipeline.transformations()) {
      if (step.operation() instanceof Operation.Physical) {
        graph.add(step);
      }
    }
    graph.dropUnreadSources();
    if (graph.inputs.isEmpty()) {
      throw new WeftException(
          ErrorCode.USER,
          "The program '"
              + pipeline.name()
              + "' has no step that reads a source; add one, such as"
              + " .sinkTo(...), before execute()");
    }
    graph.inputs.keySet().forEach(graph::checkType);
    return graph;
  }

  /** How a step is called in messages. */
  static String describe(Transformation step) {
    return "'" + step.name() + "' at " + step.createdAt();
  }

  /** The physical steps in the order of creation, which is topological. */
  List<Transformation> steps() {
    return List.copyOf(inputs.keySet());
  }

  /** The links that lead into a step. */
  List<Link> inputsOf(Transformation step) {
    return inputs.get(step);
  }

  /** The links that lead out of a step, in the order in which their targets were made. */
  List<Link> outputsOf(Transformation step) {
    return outputs.get(step);
  }

  /** How many subtasks a step has. */
  int parallelismOf(Transformation step) {
    return step.parallelism() == Transformation.DEFAULT ? defaultParallelism : step.parallelism();
  }

  /** Into how many key groups the keyed state of a step is cut. */
  int maxParallelismOf(Transformation step) {
    return step.maxParallelism() == Transformation.DEFAULT ? maxParallelism : step.maxParallelism();
  }

  /** With whose subtasks those of a step share slots: as it says, or as all its inputs do. */
  String slotSharingGroupOf(Transformation step) {
    return groups.get(step);
  }

  private String findGroup(Transformation step, List<Link> links) {
    if (step.slotSharingGroup() != null) {
      return step.slotSharingGroup();
    }
    List<String> before = links.stream().map(link -> groups.get(link.source())).distinct().toList();
    return before.size() == 1 ? before.get(0) : JobPlan.DEFAULT_GROUP;
  }

  private void checkWidths() {
    checkKeyGroups("Option " + PipelineOptions.MAX_PARALLELISM, maxParallelism);
    if (defaultParallelism < 1) {
      throw new WeftException(
          ErrorCode.USER,
          "Option "
              + CoreOptions.DEFAULT_PARALLELISM
              + " is "
              + defaultParallelism
              + "; it is at least 1");
    }
  }

  private static void checkKeyGroups(String what, int count) {
    if (count < 1 || count > MAX_PARALLELISM_LIMIT) {
      throw new WeftException(
          ErrorCode.USER,
          what + " is " + count + "; it lies between 1 and " + MAX_PARALLELISM_LIMIT);
    }
  }

  private void add(Transformation step) {
    int most = maxParallelismOf(step);
    checkKeyGroups("The max parallelism of the step " + describe(step), most);
    if (parallelismOf(step) > most) {
      throw new WeftException(
          ErrorCode.USER,
          "The step "
              + describe(step)
              + " has parallelism "
              + parallelismOf(step)
              + ", more than "
              + (step.maxParallelism() == Transformation.DEFAULT
                  ? PipelineOptions.MAX_PARALLELISM
                  : "its max parallelism")
              + " "
              + most
              + "; lower the one or raise the other");
    }
    List<Link> links = new ArrayList<>();
    for (int input = 0; input < step.inputs().size(); input++) {
      resolve(new Link(null, step, input, null, null), step.inputs().get(input), links);
    }
    inputs.put(step, links);
    groups.put(step, findGroup(step, links));
    outputs.put(step, new ArrayList<>());
    links.forEach(link -> outputs.get(link.source()).add(link));
    checkKeyed(step, links);
  }

  /** Finds the physical steps behind a step, from the target back; the link says what is known. */
  private void resolve(Link sought, Transformation from, List<Link> links) {
    Transformation target = sought.target();
    int input = sought.input();
    OutputTag<?> sideOutput = sought.sideOutput();
    Partitioning partitioning = sought.partitioning();
    if (!known.contains(from)) {
      throw new WeftException(
          ErrorCode.USER,
          "The step "
              + describe(target)
              + " continues the stream of "
              + describe(from)
              + ", which belongs to an earlier execute(); begin each program with its own sources");
    }
    if (from.operation() instanceof Operation.Physical) {
      links.add(new Link(from, target, input, sideOutput, settle(from, target, partitioning)));
    } else if (from.operation() instanceof Operation.SideOutput<?> side) {
      Link before = new Link(null, target, input, side.tag(), partitioning);
      resolve(before, from.inputs().get(0), links);
    } else if (from.operation() instanceof Operation.Partition partition) {
      Partitioning nearest = partitioning == null ? partition.partitioning() : partitioning;
      Link before = new Link(null, target, input, sideOutput, nearest);
      resolve(before, from.inputs().get(0), links);
    } else {
      for (Transformation part : from.inputs()) {
        resolve(sought, part, links);
      }
    }
  }

  private Partitioning settle(Transformation from, Transformation to, Partitioning wanted) {
    boolean sameWidth = parallelismOf(from) == parallelismOf(to);
    if (wanted == null) {
      return sameWidth ? new Partitioning.Forward() : new Partitioning.Rebalance();
    }
    if (wanted instanceof Partitioning.Forward && !sameWidth) {
      throw new WeftException(
          ErrorCode.USER,
          "forward() between "
              + describe(from)
              + " and "
              + describe(to)
              + " needs one parallelism, but they have "
              + parallelismOf(from)
              + " and "
              + parallelismOf(to)
              + "; use rebalance() or set them equal");
    }
    return wanted;
  }

  /** How an input of a step is keyed, as its state needs; null for an input without keys. */
  Partitioning.Hash<?, ?> keyOf(Transformation step, int input) {
    return isKeyed(step, input)
        ? (Partitioning.Hash<?, ?>) firstInto(inputs.get(step), input).partitioning()
        : null;
  }

  /** One of the links that lead into an input; all of them carry one type. */
  static Link firstInto(List<Link> links, int input) {
    for (Link link : links) {
      if (link.input() == input) {
        return link;
      }
    }
    throw new IllegalArgumentException("there is no input " + input);
  }

  private static boolean isKeyed(Transformation step, int input) {
    if (step.operation() instanceof TwoInputOperation pair) {
      return pair.keyed(input);
    }
    return step.operation() instanceof Operation.KeyedProcess
        || step.operation() instanceof Operation.KeyedReduce
        || step.operation() instanceof SavepointOperation.BootstrapKeyed
        || step.operation() instanceof WindowOperation;
  }

  private static void checkKeyed(Transformation step, List<Link> links) {
    Partitioning.Hash<?, ?> first = null;
    for (Link link : links) {
      if (!isKeyed(step, link.input())) {
        continue;
      }
      if (!(link.partitioning() instanceof Partitioning.Hash<?, ?> hash)
          || hash != firstInto(links, link.input()).partitioning()) {
        throw new WeftException(
            ErrorCode.USER,
            "The step "
                + describe(step)
                + " keeps state by key, but its input from "
                + describe(link.source())
                + " is not keyed as a whole; put keyBy(...) directly before it");
      }
      first = first == null ? hash : first;
      if (!first.keyType().equals(hash.keyType())) {
        throw new WeftException(
            ErrorCode.USER,
            "The step "
                + describe(step)
                + " joins inputs by key, but one is keyed by "
                + first.keyType()
                + " and the other by "
                + hash.keyType()
                + "; key both by one type");
      }
    }
  }

  private void dropUnreadSources() {
    outputs.entrySet().removeIf(entry -> isSource(entry.getKey()) && entry.getValue().isEmpty());
    inputs.keySet().removeIf(step -> !outputs.containsKey(step));
  }

  static boolean isSource(Transformation step) {
    return step.operation() instanceof Operation.FromSource;
  }

  static boolean isSink(Transformation step) {
    return step.operation() instanceof Operation.ToSink;
  }

  private void checkType(Transformation step) {
    if (step.outputType() == null && !isSink(step)) {
      throw new WeftException(
          ErrorCode.USER,
          "The type of the records that "
              + describe(step)
              + " emits is not known"
              + (step.typeProblem() == null ? "" : " (" + step.typeProblem() + ")")
              + "; add .returns(Type.class) after it");
    }
  }
}
