package dev.weft.engine.plan;

import dev.weft.api.Pipeline;
import dev.weft.api.config.Configuration;
import dev.weft.api.config.ExecutionOptions;
import dev.weft.api.config.OptionCatalogue;
import dev.weft.api.config.PipelineOptions;
import dev.weft.api.connector.TransactionalSink;
import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.graph.Operation;
import dev.weft.api.graph.Partitioning;
import dev.weft.api.graph.Transformation;
import dev.weft.api.types.TypeInformation;
import dev.weft.engine.plan.ProgramGraph.Link;
import dev.weft.engine.protocol.ChainSpec;
import dev.weft.engine.protocol.EdgeKind;
import dev.weft.engine.protocol.EdgeSpec;
import dev.weft.engine.protocol.VertexSpec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Turns a program into a plan. Pure: the same program and job id give the same plan. */
public final class Planner {
  private final ProgramGraph graph;
  private final Map<Transformation, String> uids;
  private final Chains chains;
  private final ExecutionPlan execution;
  private final List<EdgeSpec> edges = new ArrayList<>();
  private final List<List<ChainSpec.Input>> inputs = new ArrayList<>();
  private final List<List<ChainSpec.Output>> outputs = new ArrayList<>();

  private Planner(Pipeline pipeline) {
    this.graph = ProgramGraph.of(pipeline);
    this.uids = OperatorIds.of(graph);
    this.chains =
        new Chains(graph, pipeline.configuration().get(PipelineOptions.OPERATOR_CHAINING));
    this.execution = new ExecutionPlan(graph, pipeline.configuration());
  }

  /**
   * Makes the plan of a program.
   *
   * @param jobId 32 hexadecimal digits, new for each submission
   * @throws WeftException with code USER that names the step, its place in the program, and what to
   *     do
   */
  public static JobPlan plan(Pipeline pipeline, String jobId) {
    pipeline.configuration().toMap().forEach(Planner::checkOption);
    return new Planner(pipeline).build(pipeline, jobId);
  }

  private static void checkOption(String key, String text) {
    OptionCatalogue.problemOf(key, text)
        .ifPresent(
            problem -> {
              throw new WeftException(ErrorCode.USER, "In the program's configuration: " + problem);
            });
  }

  private JobPlan build(Pipeline pipeline, String jobId) {
    for (int i = 0; i < chains.all().size(); i++) {
      inputs.add(new ArrayList<>());
      outputs.add(new ArrayList<>());
    }
    connect();
    List<VertexSpec> vertices = new ArrayList<>();
    Map<String, Integer> sources = new LinkedHashMap<>();
    Map<String, Integer> transactionalSinks = new LinkedHashMap<>();
    for (List<Transformation> chain : chains.all()) {
      int index = vertices.size();
      vertices.add(vertex(index, chain));
      for (Transformation step : chain) {
        if (step.operation() instanceof Operation.FromSource) {
          sources.put(uids.get(step), index);
        } else if (step.operation() instanceof Operation.ToSink<?> sink
            && sink.sink() instanceof TransactionalSink) {
          transactionalSinks.put(uids.get(step), index);
        }
      }
    }
    return new JobPlan(
        jobId,
        pipeline.name(),
        vertices,
        execution.stored() ? Stages.cut(edges, vertices.size()) : edges,
        sources,
        transactionalSinks,
        execution.bounded(),
        chains.all().stream().map(chain -> graph.slotSharingGroupOf(chain.get(0))).toList(),
        new Configuration()
            .addAll(pipeline.configuration())
            .set(ExecutionOptions.RUNTIME_MODE, execution.mode())
            .toMap(),
        fixed());
  }

  /** The chains with a step that sets its own parallelism. */
  private Set<Integer> fixed() {
    Set<Integer> result = new TreeSet<>();
    for (int chain = 0; chain < chains.all().size(); chain++) {
      if (chains.all().get(chain).stream()
          .anyMatch(step -> step.parallelism() != Transformation.DEFAULT)) {
        result.add(chain);
      }
    }
    return result;
  }

  private void connect() {
    for (Transformation step : graph.steps()) {
      for (Link link : graph.inputsOf(step)) {
        if (chains.isInside(link)) {
          continue;
        }
        int index = edges.size();
        int source = chains.vertexOf(link.source());
        boolean combined = execution.combinedOutputOf(link.source()) != null;
        int target = chains.vertexOf(step);
        edges.add(new EdgeSpec(index, source, target, link.input(), kindOf(link.partitioning())));
        TypeInformation<?> type = execution.typeOf(link);
        inputs.get(target).add(new ChainSpec.Input(index, link.input(), type));
        outputs
            .get(source)
            .add(
                new ChainSpec.Output(
                    index,
                    chains.all().get(source).indexOf(link.source()) + (combined ? 1 : 0),
                    link.sideOutput(),
                    execution.partitioningOf(link),
                    type,
                    "'" + nameOf(step) + "' (" + step.createdAt() + ")"));
      }
    }
  }

  private static EdgeKind kindOf(Partitioning partitioning) {
    if (partitioning instanceof Partitioning.Hash) {
      return EdgeKind.HASH;
    }
    if (partitioning instanceof Partitioning.Rebalance
        || partitioning instanceof Partitioning.Shuffle
        || partitioning instanceof Partitioning.Custom) {
      return EdgeKind.REBALANCE;
    }
    if (partitioning instanceof Partitioning.Rescale) {
      return EdgeKind.RESCALE;
    }
    if (partitioning instanceof Partitioning.Broadcast) {
      return EdgeKind.BROADCAST;
    }
    return partitioning instanceof Partitioning.Global ? EdgeKind.GLOBAL : EdgeKind.FORWARD;
  }

  private VertexSpec vertex(int index, List<Transformation> chain) {
    List<ChainSpec.OperatorSpec> operators = new ArrayList<>();
    for (Transformation step : chain) {
      operators.add(
          new ChainSpec.OperatorSpec(
              uids.get(step),
              nameOf(step),
              step.createdAt(),
              execution.operationOf(step),
              operatorInputs(step),
              ProgramGraph.isSink(step) ? null : step.outputType()));
    }
    Link combined = execution.combinedOutputOf(chain.get(chain.size() - 1));
    if (combined != null) {
      operators.add(combiner(combined));
    }
    Transformation first = chain.get(0);
    return new VertexSpec(
        index,
        OperatorIds.digest("vertex|" + uids.get(first)),
        operators.stream().map(ChainSpec.OperatorSpec::name).collect(Collectors.joining(" -> ")),
        graph.parallelismOf(first),
        graph.maxParallelismOf(first),
        operators.stream().map(ChainSpec.OperatorSpec::uid).toList(),
        serialized(
            new ChainSpec(
                List.copyOf(inputs.get(index)),
                List.copyOf(operators),
                List.copyOf(outputs.get(index))),
            first));
  }

  private List<ChainSpec.OperatorInput> operatorInputs(Transformation step) {
    List<Link> links = graph.inputsOf(step);
    List<ChainSpec.OperatorInput> result = new ArrayList<>();
    for (int input = 0; input < step.inputs().size(); input++) {
      result.add(
          new ChainSpec.OperatorInput(
              execution.typeOf(ProgramGraph.firstInto(links, input)),
              execution.keyOf(step, input)));
    }
    return List.copyOf(result);
  }

  private ChainSpec.OperatorSpec combiner(Link link) {
    Transformation fold = link.target();
    return new ChainSpec.OperatorSpec(
        OperatorIds.digest("combine|" + uids.get(link.source())),
        "Combine: " + nameOf(fold),
        fold.createdAt(),
        new Operation.Combine<>(((Operation.KeyedReduce<?>) fold.operation()).function()),
        link.source().outputType(),
        execution.typeOf(link),
        (Partitioning.Hash<?, ?>) link.partitioning());
  }

  private static String nameOf(Transformation step) {
    if (ProgramGraph.isSource(step)) {
      return "Source: " + step.name();
    }
    return ProgramGraph.isSink(step) && !step.name().equals("Sink")
        ? "Sink: " + step.name()
        : step.name();
  }

  private static byte[] serialized(ChainSpec chain, Transformation first) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(chain);
    } catch (IOException e) {
      throw new WeftException(
          ErrorCode.USER,
          "The steps from "
              + ProgramGraph.describe(first)
              + " on cannot be sent to the workers: "
              + e
              + "; make that class java.io.Serializable or the field transient",
          e);
    }
    return bytes.toByteArray();
  }
}
