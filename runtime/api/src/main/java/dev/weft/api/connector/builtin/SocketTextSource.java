package dev.weft.api.connector.builtin;

import dev.weft.api.connector.Boundedness;
import dev.weft.api.connector.InputStatus;
import dev.weft.api.connector.ReaderOutput;
import dev.weft.api.connector.SimpleVersionedSerializer;
import dev.weft.api.connector.Source;
import dev.weft.api.connector.SourceReader;
import dev.weft.api.connector.SourceReaderContext;
import dev.weft.api.connector.SplitEnumerator;
import dev.weft.api.connector.SplitEnumeratorContext;
import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.types.TypeInformation;
import dev.weft.api.types.Types;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Text that a server sends, in UTF-8, cut at a delimiter; ends when the server ends the connection.
 * For trying things out: a socket cannot be read again, so what was read since the last checkpoint
 * is lost when the job restarts. Use it with one reader; others read nothing.
 */
public final class SocketTextSource implements Source<String, RangeSplit, List<RangeSplit>> {
  private static final long serialVersionUID = 1;
  private static final int CONNECT_MILLIS_MAX = 10_000;
  private static final int WAIT_MILLIS = 50;
  private static final int BUFFER_BYTES = 8192;

  private final String host;
  private final int port;
  private final String delimiter;
  private final long retries;

  /**
   * Text from a server.
   *
   * @param delimiter what ends a record; not empty
   * @param maxRetry how often, a second apart, to try again to connect; negative for ever
   */
  public SocketTextSource(String host, int port, String delimiter, long maxRetry) {
    if (delimiter.isEmpty() || port < 1 || port > 0xffff) {
      throw new WeftException(
          ErrorCode.USER,
          "A socket source needs a port from 1 to 65535 and a delimiter, not "
              + port
              + " and '"
              + delimiter
              + "'");
    }
    this.host = host;
    this.port = port;
    this.delimiter = delimiter;
    this.retries = maxRetry;
  }

  @Override
  public Boundedness getBoundedness() {
    return Boundedness.CONTINUOUS_UNBOUNDED;
  }

  @Override
  public TypeInformation<String> getProducedType() {
    return Types.STRING;
  }

  @Override
  public SplitEnumerator<RangeSplit, List<RangeSplit>> createEnumerator(
      SplitEnumeratorContext<RangeSplit> context) {
    return new RangeEnumerator(context, List.of(new RangeSplit(0, 0, Long.MAX_VALUE, 1)));
  }

  @Override
  public SplitEnumerator<RangeSplit, List<RangeSplit>> restoreEnumerator(
      SplitEnumeratorContext<RangeSplit> context, List<RangeSplit> checkpoint) {
    return new RangeEnumerator(context, checkpoint);
  }

  @Override
  public SourceReader<String, RangeSplit> createReader(SourceReaderContext context) {
    return new Reader(context);
  }

  @Override
  public SimpleVersionedSerializer<RangeSplit> getSplitSerializer() {
    return new RangeSplitSerializer.One();
  }

  @Override
  public SimpleVersionedSerializer<List<RangeSplit>> getEnumeratorCheckpointSerializer() {
    return new RangeSplitSerializer.Many();
  }

  /** Reads from the socket, a moment at a time. */
  private final class Reader implements SourceReader<String, RangeSplit> {
    private static final long RETRY_MILLIS = 1000;

    private final SourceReaderContext context;
    private final byte[] ending = delimiter.getBytes(StandardCharsets.UTF_8);
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private final ByteArrayOutputStream record = new ByteArrayOutputStream();
    private final List<RangeSplit> splits = new ArrayList<>();
    private Socket socket;
    private long failures;
    private long triedMillis = Long.MIN_VALUE;
    private boolean noMoreSplits;
    private boolean requested;

    Reader(SourceReaderContext context) {
      this.context = context;
    }

    @Override
    public InputStatus pollNext(ReaderOutput<String> output) throws IOException {
      if (splits.isEmpty()) {
        if (noMoreSplits) {
          return InputStatus.END_OF_INPUT;
        }
        if (!requested) {
          requested = true;
          context.sendSplitRequest();
        }
        return InputStatus.NOTHING_AVAILABLE;
      }
      if (socket == null && !connected()) {
        return InputStatus.NOTHING_AVAILABLE;
      }
      return read(socket.getInputStream(), output);
    }

    private boolean connected() throws IOException {
      long now = context.clock().millis();
      if (triedMillis != Long.MIN_VALUE && now - triedMillis < RETRY_MILLIS) {
        return false;
      }
      triedMillis = now;
      Socket opening = new Socket();
      try {
        opening.connect(new InetSocketAddress(host, port), CONNECT_MILLIS_MAX);
        opening.setSoTimeout(WAIT_MILLIS);
        socket = opening;
        return true;
      } catch (IOException e) {
        opening.close();
        if (retries >= 0 && failures++ >= retries) {
          throw new IOException("no connection to " + host + ":" + port + ": " + e, e);
        }
        return false;
      }
    }

    private InputStatus read(InputStream in, ReaderOutput<String> output) throws IOException {
      int count;
      try {
        count = in.read(buffer);
      } catch (SocketTimeoutException e) {
        return InputStatus.NOTHING_AVAILABLE;
      }
      if (count < 0) {
        if (record.size() > 0) {
          output.collect(record.toString(StandardCharsets.UTF_8));
        }
        splits.clear();
        noMoreSplits = true;
        return InputStatus.MORE_AVAILABLE;
      }
      for (int i = 0; i < count; i++) {
        record.write(buffer[i]);
        if (buffer[i] == ending[ending.length - 1] && ends()) {
          emit(output);
        }
      }
      return InputStatus.MORE_AVAILABLE;
    }

    private boolean ends() {
      byte[] bytes = record.toByteArray();
      int start = bytes.length - ending.length;
      return start >= 0
          && java.util.Arrays.equals(bytes, start, bytes.length, ending, 0, ending.length);
    }

    private void emit(ReaderOutput<String> output) {
      byte[] bytes = record.toByteArray();
      record.reset();
      int length = bytes.length - ending.length;
      if (delimiter.equals("\n") && length > 0 && bytes[length - 1] == '\r') {
        length--;
      }
      output.collect(new String(bytes, 0, length, StandardCharsets.UTF_8));
    }

    @Override
    public List<RangeSplit> snapshotState(long checkpointId) {
      return List.copyOf(splits);
    }

    @Override
    public void addSplits(List<RangeSplit> added) {
      requested = false;
      splits.addAll(added);
    }

    @Override
    public void notifyNoMoreSplits() {
      noMoreSplits = true;
    }

    @Override
    public void close() throws IOException {
      if (socket != null) {
        socket.close();
      }
    }
  }
}
