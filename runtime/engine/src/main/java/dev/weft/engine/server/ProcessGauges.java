package dev.weft.engine.server;

import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/** What a process measures of itself, in bytes, milliseconds and counts. */
final class ProcessGauges implements Supplier<Map<String, Long>> {
  @Override
  public Map<String, Long> get() {
    MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
    Map<String, Long> gauges = new TreeMap<>();
    gauges.put("jvm.heap.used", memory.getHeapMemoryUsage().getUsed());
    gauges.put("jvm.heap.committed", memory.getHeapMemoryUsage().getCommitted());
    gauges.put("jvm.heap.max", memory.getHeapMemoryUsage().getMax());
    gauges.put("jvm.nonheap.used", memory.getNonHeapMemoryUsage().getUsed());
    gauges.put("jvm.threads", (long) ManagementFactory.getThreadMXBean().getThreadCount());
    gauges.put(
        "jvm.gc.millis",
        ManagementFactory.getGarbageCollectorMXBeans().stream()
            .mapToLong(GarbageCollectorMXBean::getCollectionTime)
            .sum());
    gauges.put("cpu.cores", (long) Runtime.getRuntime().availableProcessors());
    return gauges;
  }
}
