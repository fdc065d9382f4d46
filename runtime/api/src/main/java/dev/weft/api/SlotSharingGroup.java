package dev.weft.api;

import dev.weft.api.config.MemorySize;
import java.io.Serializable;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.TreeMap;

/**
 * Steps whose subtasks share slots, by name. All slots of a TaskManager are alike, so a step or an
 * environment refuses a group that asks for resources of its own; the methods that name them are
 * there for programs from Flink, which then hear so.
 */
public final class SlotSharingGroup implements Serializable {
  private static final long serialVersionUID = 1;

  private final String name;
  private final Double cpuCores;
  private final MemorySize taskHeapMemory;
  private final MemorySize taskOffHeapMemory;
  private final MemorySize managedMemory;
  private final TreeMap<String, Double> externalResources;

  private SlotSharingGroup(Builder builder) {
    this.name = builder.name;
    this.cpuCores = builder.cpuCores;
    this.taskHeapMemory = builder.taskHeapMemory;
    this.taskOffHeapMemory = builder.taskOffHeapMemory;
    this.managedMemory = builder.managedMemory;
    this.externalResources = new TreeMap<>(builder.externalResources);
  }

  /** Begins a group of the given name. */
  public static Builder newBuilder(String name) {
    return new Builder(Steps.checkNotBlank("name of a slot sharing group", name));
  }

  /** The name. */
  public String getName() {
    return name;
  }

  /** How many cores it asks for. */
  public Optional<Double> getCpuCores() {
    return Optional.ofNullable(cpuCores);
  }

  /** How much heap it asks for. */
  public Optional<MemorySize> getTaskHeapMemory() {
    return Optional.ofNullable(taskHeapMemory);
  }

  /** How much memory outside of the heap it asks for. */
  public Optional<MemorySize> getTaskOffHeapMemory() {
    return Optional.ofNullable(taskOffHeapMemory);
  }

  /** How much managed memory it asks for. */
  public Optional<MemorySize> getManagedMemory() {
    return Optional.ofNullable(managedMemory);
  }

  /** What else it asks for, by name. */
  public Map<String, Double> getExternalResources() {
    return Map.copyOf(externalResources);
  }

  /** What it asks for as people read it; empty when it is content with any slot. */
  String demands() {
    StringJoiner demands = new StringJoiner(", ");
    getCpuCores().ifPresent(cores -> demands.add(cores + " CPU cores"));
    getTaskHeapMemory().ifPresent(size -> demands.add(size + " of heap"));
    getTaskOffHeapMemory().ifPresent(size -> demands.add(size + " outside of the heap"));
    getManagedMemory().ifPresent(size -> demands.add(size + " of managed memory"));
    externalResources.forEach((resource, amount) -> demands.add(amount + " of " + resource));
    return demands.toString();
  }

  /** Makes a group. */
  public static final class Builder {
    private final String name;
    private Double cpuCores;
    private MemorySize taskHeapMemory;
    private MemorySize taskOffHeapMemory;
    private MemorySize managedMemory;
    private final Map<String, Double> externalResources = new TreeMap<>();

    private Builder(String name) {
      this.name = name;
    }

    /** Asks for cores. */
    public Builder setCpuCores(double cores) {
      this.cpuCores = cores;
      return this;
    }

    /** Asks for heap. */
    public Builder setTaskHeapMemory(MemorySize size) {
      this.taskHeapMemory = size;
      return this;
    }

    /** Asks for heap, in mebibytes. */
    public Builder setTaskHeapMemoryMB(int mebiBytes) {
      return setTaskHeapMemory(MemorySize.ofMebiBytes(mebiBytes));
    }

    /** Asks for memory outside of the heap. */
    public Builder setTaskOffHeapMemory(MemorySize size) {
      this.taskOffHeapMemory = size;
      return this;
    }

    /** Asks for memory outside of the heap, in mebibytes. */
    public Builder setTaskOffHeapMemoryMB(int mebiBytes) {
      return setTaskOffHeapMemory(MemorySize.ofMebiBytes(mebiBytes));
    }

    /** Asks for managed memory. */
    public Builder setManagedMemory(MemorySize size) {
      this.managedMemory = size;
      return this;
    }

    /** Asks for managed memory, in mebibytes. */
    public Builder setManagedMemoryMB(int mebiBytes) {
      return setManagedMemory(MemorySize.ofMebiBytes(mebiBytes));
    }

    /** Asks for something else, such as GPUs. */
    public Builder setExternalResource(String resource, double amount) {
      externalResources.put(Steps.checkNotBlank("name of an external resource", resource), amount);
      return this;
    }

    /** The group. */
    public SlotSharingGroup build() {
      return new SlotSharingGroup(this);
    }
  }
}
