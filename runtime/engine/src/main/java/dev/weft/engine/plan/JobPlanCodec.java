package dev.weft.engine.plan;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.engine.protocol.EdgeKind;
import dev.weft.engine.protocol.EdgeSpec;
import dev.weft.engine.protocol.VertexSpec;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.CRC32C;

/**
 * The bytes of a plan: magic number, format version, name of the writer, body, CRC32C of all before
 * it. User code stays an opaque part of them. Reading checks the sum before anything else, and
 * every length against what is left, so that damaged bytes end in a message and nothing else.
 */
public final class JobPlanCodec {
  /** The format that is written, and the newest that is read. */
  static final int VERSION = 4;

  /** Plans before it know no slot sharing groups. */
  private static final int VERSION_OF_GROUPS = 2;

  /** Plans before it know no materialized edges. */
  private static final int VERSION_OF_MATERIALIZED = 3;

  /** Plans before it do not say which steps set their own parallelism. */
  private static final int VERSION_OF_FIXED = 4;

  private static final int MAGIC = 0x57504C4E;
  private static final int HEADER_BYTES = 2 * Integer.BYTES;

  private JobPlanCodec() {}

  /** Writes a plan. */
  public static byte[] encode(JobPlan plan) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream target = new DataOutputStream(bytes)) {
      target.writeInt(MAGIC);
      target.writeInt(VERSION);
      writeText(target, writer());
      writeBody(target, plan);
      CRC32C sum = new CRC32C();
      sum.update(bytes.toByteArray());
      target.writeInt((int) sum.getValue());
    } catch (IOException e) {
      throw new IllegalStateException("memory does not fail", e);
    }
    return bytes.toByteArray();
  }

  /**
   * Reads a plan.
   *
   * @throws WeftException with code USER when a newer release wrote it, DATA when it is damaged
   */
  public static JobPlan decode(byte[] bytes) {
    if (bytes.length < HEADER_BYTES + Integer.BYTES || ByteBuffer.wrap(bytes).getInt() != MAGIC) {
      throw damaged("it does not begin as a plan does", null);
    }
    int version = ByteBuffer.wrap(bytes).getInt(Integer.BYTES);
    try (DataInputStream source =
        new DataInputStream(
            new ByteArrayInputStream(
                bytes, HEADER_BYTES, bytes.length - HEADER_BYTES - Integer.BYTES))) {
      if (version > VERSION || version < 1) {
        throw new WeftException(
            ErrorCode.USER,
            "The plan was written by "
                + readText(source)
                + " in format "
                + version
                + "; "
                + writer()
                + " reads formats 1 to "
                + VERSION
                + "; use the client of the cluster's release");
      }
      CRC32C sum = new CRC32C();
      sum.update(bytes, 0, bytes.length - Integer.BYTES);
      if ((int) sum.getValue() != ByteBuffer.wrap(bytes).getInt(bytes.length - Integer.BYTES)) {
        throw damaged("its checksum does not match", null);
      }
      readText(source);
      JobPlan plan = readBody(source, version);
      if (source.available() > 0) {
        throw damaged(source.available() + " bytes are left over", null);
      }
      return plan;
    } catch (IOException | IllegalArgumentException e) {
      throw damaged(e.getMessage(), e);
    }
  }

  private static String writer() {
    String version = JobPlanCodec.class.getPackage().getImplementationVersion();
    return "Weft " + (version == null ? "(development)" : version);
  }

  private static WeftException damaged(String how, Throwable cause) {
    return new WeftException(
        ErrorCode.DATA, "The plan of the job is damaged: " + how + "; submit the job again", cause);
  }

  private static void writeBody(DataOutputStream target, JobPlan plan) throws IOException {
    writeText(target, plan.jobId());
    writeText(target, plan.name());
    target.writeInt(plan.vertices().size());
    for (VertexSpec vertex : plan.vertices()) {
      target.writeInt(vertex.index());
      writeText(target, vertex.id());
      writeText(target, vertex.name());
      target.writeInt(vertex.parallelism());
      target.writeInt(vertex.maxParallelism());
      target.writeInt(vertex.operatorUids().size());
      for (String uid : vertex.operatorUids()) {
        writeText(target, uid);
      }
      writeBytes(target, vertex.chain());
    }
    target.writeInt(plan.edges().size());
    for (EdgeSpec edge : plan.edges()) {
      target.writeInt(edge.index());
      target.writeInt(edge.source());
      target.writeInt(edge.target());
      target.writeInt(edge.targetInput());
      writeText(target, edge.kind().name());
      target.writeBoolean(edge.materialized());
    }
    writeNumbers(target, plan.sources());
    writeNumbers(target, plan.transactionalSinks());
    target.writeBoolean(plan.bounded());
    for (String group : plan.slotSharingGroups()) {
      writeText(target, group);
    }
    target.writeInt(plan.configuration().size());
    for (Map.Entry<String, String> entry : plan.configuration().entrySet()) {
      writeText(target, entry.getKey());
      writeText(target, entry.getValue());
    }
    target.writeInt(plan.fixed().size());
    for (int vertex : plan.fixed()) {
      target.writeInt(vertex);
    }
  }

  private static JobPlan readBody(DataInputStream source, int version) throws IOException {
    String jobId = readText(source);
    String name = readText(source);
    List<VertexSpec> vertices = new ArrayList<>();
    for (int left = readCount(source); left > 0; left--) {
      vertices.add(readVertex(source));
    }
    List<EdgeSpec> edges = new ArrayList<>();
    for (int left = readCount(source); left > 0; left--) {
      edges.add(
          new EdgeSpec(
              source.readInt(),
              source.readInt(),
              source.readInt(),
              source.readInt(),
              EdgeKind.valueOf(readText(source)),
              version >= VERSION_OF_MATERIALIZED && source.readBoolean()));
    }
    Map<String, Integer> sources = readNumbers(source);
    Map<String, Integer> sinks = readNumbers(source);
    boolean bounded = source.readBoolean();
    List<String> groups = new ArrayList<>();
    for (VertexSpec vertex : vertices) {
      groups.add(version < VERSION_OF_GROUPS ? JobPlan.DEFAULT_GROUP : readText(source));
    }
    Map<String, String> configuration = new LinkedHashMap<>();
    for (int left = readCount(source); left > 0; left--) {
      configuration.put(readText(source), readText(source));
    }
    Set<Integer> fixed = new TreeSet<>();
    for (int left = version < VERSION_OF_FIXED ? 0 : readCount(source); left > 0; left--) {
      fixed.add(source.readInt());
    }
    return new JobPlan(
        jobId, name, vertices, edges, sources, sinks, bounded, groups, configuration, fixed);
  }

  private static VertexSpec readVertex(DataInputStream source) throws IOException {
    int index = source.readInt();
    String id = readText(source);
    String name = readText(source);
    int parallelism = source.readInt();
    int maxParallelism = source.readInt();
    List<String> uids = new ArrayList<>();
    for (int left = readCount(source); left > 0; left--) {
      uids.add(readText(source));
    }
    return new VertexSpec(
        index, id, name, parallelism, maxParallelism, List.copyOf(uids), readBytes(source));
  }

  private static void writeNumbers(DataOutputStream target, Map<String, Integer> numbers)
      throws IOException {
    target.writeInt(numbers.size());
    for (Map.Entry<String, Integer> entry : numbers.entrySet()) {
      writeText(target, entry.getKey());
      target.writeInt(entry.getValue());
    }
  }

  private static Map<String, Integer> readNumbers(DataInputStream source) throws IOException {
    Map<String, Integer> numbers = new LinkedHashMap<>();
    for (int left = readCount(source); left > 0; left--) {
      numbers.put(readText(source), source.readInt());
    }
    return numbers;
  }

  private static void writeText(DataOutputStream target, String text) throws IOException {
    writeBytes(target, text.getBytes(StandardCharsets.UTF_8));
  }

  private static String readText(DataInputStream source) throws IOException {
    return new String(readBytes(source), StandardCharsets.UTF_8);
  }

  private static void writeBytes(DataOutputStream target, byte[] bytes) throws IOException {
    target.writeInt(bytes.length);
    target.write(bytes);
  }

  private static byte[] readBytes(DataInputStream source) throws IOException {
    byte[] bytes = new byte[readCount(source)];
    source.readFully(bytes);
    return bytes;
  }

  /** A count of things of at least one byte each. */
  private static int readCount(DataInputStream source) throws IOException {
    int count = source.readInt();
    if (count < 0 || count > source.available()) {
      throw new IOException("a length of " + count + " does not fit");
    }
    return count;
  }
}
