package dev.weft.api.graph;

import dev.weft.api.types.TypeInformation;
import java.util.List;

/**
 * One step of a program: an operation on the outputs of earlier steps. Mutable while the program is
 * built (name, uid, parallelism, type), read by the planner afterwards.
 */
public final class Transformation {
  /** Marks a parallelism that is not set. */
  public static final int DEFAULT = -1;

  private final int id;
  private final Operation operation;
  private final List<Transformation> inputs;
  private final String createdAt;
  private String name;
  private String uid;
  private String uidHash;
  private String slotSharingGroup;
  private int parallelism = DEFAULT;
  private int maxParallelism = DEFAULT;
  private TypeInformation<?> outputType;
  private String typeProblem;
  private boolean chainable = true;
  private boolean endsChain;

  /**
   * Makes a step.
   *
   * @param id unique within the program, in the order of creation
   * @param createdAt where in the user's program, such as {@code DailyRevenue.java:42}
   * @param outputType null when it could not be derived; the planner refuses that
   */
  public Transformation(
      int id,
      Operation operation,
      String name,
      List<Transformation> inputs,
      TypeInformation<?> outputType,
      String createdAt) {
    this.id = id;
    this.operation = operation;
    this.name = name;
    this.inputs = List.copyOf(inputs);
    this.outputType = outputType;
    this.createdAt = createdAt;
  }

  /** Unique within the program. */
  public int id() {
    return id;
  }

  /** What is done. */
  public Operation operation() {
    return operation;
  }

  /** The steps whose outputs come in. */
  public List<Transformation> inputs() {
    return inputs;
  }

  /** Where in the user's program this step was made. */
  public String createdAt() {
    return createdAt;
  }

  /** The name for people. */
  public String name() {
    return name;
  }

  /** Sets the name for people. */
  public void name(String newName) {
    this.name = newName;
  }

  /** The user's identity of the step, or null. */
  public String uid() {
    return uid;
  }

  /** Sets the identity of the step. */
  public void uid(String newUid) {
    this.uid = newUid;
  }

  /** The user's identity of the step as it is kept, 32 hexadecimal digits; or null. */
  public String uidHash() {
    return uidHash;
  }

  /** Sets the identity of the step as it is kept; it wins over the uid. */
  public void uidHash(String newUidHash) {
    this.uidHash = newUidHash;
  }

  /** With whose subtasks those of this step share slots; null for the group of the inputs. */
  public String slotSharingGroup() {
    return slotSharingGroup;
  }

  /** Sets with whose subtasks those of this step share slots. */
  public void slotSharingGroup(String newSlotSharingGroup) {
    this.slotSharingGroup = newSlotSharingGroup;
  }

  /** Into how many key groups the step's keyed state is cut, or {@link #DEFAULT}. */
  public int maxParallelism() {
    return maxParallelism;
  }

  /** Sets into how many key groups the step's keyed state is cut. */
  public void maxParallelism(int newMaxParallelism) {
    this.maxParallelism = newMaxParallelism;
  }

  /** The parallelism, or {@link #DEFAULT}. */
  public int parallelism() {
    return parallelism;
  }

  /** Sets the parallelism. */
  public void parallelism(int newParallelism) {
    this.parallelism = newParallelism;
  }

  /** The type of the output, or null when it is not known. */
  public TypeInformation<?> outputType() {
    return outputType;
  }

  /** Sets the type of the output. */
  public void outputType(TypeInformation<?> type) {
    this.outputType = type;
  }

  /** Whether the step may run in one chain with its input. */
  public boolean chainable() {
    return chainable;
  }

  /** Sets whether the step may run in one chain with its input. */
  public void chainable(boolean mayChain) {
    this.chainable = mayChain;
  }

  /** Whether the steps after this one may not run in its chain. */
  public boolean endsChain() {
    return endsChain;
  }

  /** Sets whether the steps after this one may not run in its chain. */
  public void endsChain(boolean ends) {
    this.endsChain = ends;
  }

  /** Why the type of the output could not be derived, or null. */
  public String typeProblem() {
    return typeProblem;
  }

  /** Sets why the type of the output could not be derived. */
  public void typeProblem(String problem) {
    this.typeProblem = problem;
  }
}
