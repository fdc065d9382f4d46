package dev.weft.engine.worker;

import dev.weft.engine.exchange.StoredExchange;
import dev.weft.engine.operator.Operator;
import dev.weft.engine.operator.Operators;
import dev.weft.engine.protocol.ChainSpec;
import dev.weft.engine.protocol.TaskId;
import dev.weft.engine.protocol.ToWorker;
import dev.weft.engine.protocol.VertexSpec;
import dev.weft.engine.world.World;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Loads the code of a task, opens its operators and restores their state. Blocks. */
final class TaskSetup {
  private static final Logger LOG = LoggerFactory.getLogger(TaskSetup.class);

  private TaskSetup() {}

  /**
   * A task whose operators are open.
   *
   * @param code the job's loader
   * @param contexts by operator
   * @param stored what it keeps for consumers, by materialized edge
   */
  record Opened(
      TaskPlan plan,
      ClassLoader code,
      ChainSpec spec,
      Chain chain,
      List<TaskContext> contexts,
      TaskCounters counters,
      Map<Integer, StoredExchange> stored) {
    String name() {
      return plan.name();
    }

    TaskId task() {
      return plan.deployment().task();
    }

    List<String> operatorUids() {
      return spec.operators().stream().map(ChainSpec.OperatorSpec::uid).toList();
    }

    /** Whether the task needs a thread of its own. */
    boolean blocking() {
      return spec.operators().stream().anyMatch(Operators::blocking);
    }

    /**
     * Closes operators, then what they sent and their state.
     *
     * @return the first failure, which is logged; or null
     */
    Throwable close() {
      Throwable failure = chain.close();
      List<AutoCloseable> rest = new ArrayList<>(stored.values());
      contexts.forEach(context -> rest.add(context::close));
      for (AutoCloseable part : rest) {
        try {
          part.close();
        } catch (Throwable e) {
          failure = failure == null ? e : failure;
        }
      }
      if (failure != null) {
        LOG.warn("{} did not close cleanly", name(), failure);
      }
      return failure;
    }
  }

  private static Operator create(ChainSpec.OperatorSpec spec) {
    try {
      return Operators.create(spec);
    } catch (RuntimeException | LinkageError e) {
      throw new OperatorFailure(spec.name() + " (" + spec.createdAt() + ")", e);
    }
  }

  /**
   * Loads what the tasks of a job will need: its jars, the classes of its functions and those of
   * the engine that run them. No method of a function is called.
   *
   * @param steps whether functions are to be loaded too
   */
  static void prepare(World world, ToWorker.JobContent job, boolean steps) throws IOException {
    ClassLoader code = world.code().open(job.jobId(), job.artifacts());
    if (!steps) {
      return;
    }
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(code);
    try {
      for (VertexSpec vertex : job.vertices()) {
        ChainReader.read(vertex, code).operators().forEach(TaskSetup::create);
      }
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  /** Sets a task up; on a failure everything is closed again. */
  static Opened open(TaskPlan plan, TaskEvents events, Mailbox mailbox, TaskCounters counters)
      throws IOException {
    TaskId task = plan.deployment().task();
    ClassLoader code = plan.world().code().open(task.jobId(), plan.artifacts());
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(code);
    try {
      ChainSpec spec = ChainReader.read(plan.vertex(), code);
      Chain chain =
          new Chain(spec.operators(), spec.operators().stream().map(TaskSetup::create).toList());
      List<TaskContext> contexts = new ArrayList<>();
      for (ChainSpec.OperatorSpec operator : spec.operators()) {
        contexts.add(new TaskContext(plan, contexts.size(), operator, events, mailbox, counters));
      }
      Opened opened = new Opened(plan, code, spec, chain, contexts, counters, new TreeMap<>());
      try {
        contexts.get(0).readChannels();
        chain.open(contexts::get);
      } catch (Throwable e) {
        opened.close();
        throw e;
      }
      return opened;
    } finally {
      thread.setContextClassLoader(before);
    }
  }
}
