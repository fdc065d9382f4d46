package dev.weft.engine.cluster;

import dev.weft.engine.protocol.Address;
import java.util.Map;

/**
 * A registered worker.
 *
 * @param data where other workers reach its tasks
 * @param sinceHeartbeatMillis how long ago it last said something
 * @param attributes what it said of itself: host, pid, memory in bytes, log link
 * @param gauges what it last measured
 */
public record WorkerDetails(
    String workerId,
    Address data,
    int slots,
    int slotsFree,
    long sinceHeartbeatMillis,
    Map<String, String> attributes,
    Map<String, Long> gauges) {}
