package dev.weft.sandbox;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.weft.sandbox.Ports.Port;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * {@code sandbox.json}: which ports the sandbox has and which processes were started. It is written
 * after every change, by replacing the file, so that a crash half way leaves an entry for each
 * process that runs.
 *
 * @param ports all of {@link Port}, or none before the first start
 * @param daemons those that were started and not seen to end
 */
record StateFile(Map<Port, Integer> ports, Map<Daemon, DaemonProcess> daemons) {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
  private static final int VERSION = 1;

  private record Content(
      int version, Map<String, Integer> ports, Map<String, DaemonProcess> daemons) {}

  static StateFile empty() {
    return new StateFile(new EnumMap<>(Port.class), new EnumMap<>(Daemon.class));
  }

  /** The stored state, or an empty one if there is no file. */
  static StateFile read(Path file) {
    StateFile state = empty();
    if (!Files.exists(file)) {
      return state;
    }
    try {
      Content content = JSON.readValue(file.toFile(), new TypeReference<Content>() {});
      if (content.version() != VERSION) {
        throw new SandboxException(
            file + " has version " + content.version() + ", this program writes " + VERSION + ".");
      }
      content.ports().forEach((name, number) -> state.ports.put(Port.valueOf(name), number));
      content.daemons().forEach((name, at) -> state.daemons.put(Daemon.valueOf(name), at));
      return state;
    } catch (IOException | IllegalArgumentException | NullPointerException e) {
      throw new SandboxException(
          "Cannot read the sandbox's state from "
              + file
              + ": "
              + e.getMessage()
              + ". End its processes by hand (`ps -ef | grep weft.sandbox`) and delete the file.",
          e);
    }
  }

  void write(Path file) {
    Map<String, Integer> portsByName = new LinkedHashMap<>();
    ports.forEach((port, number) -> portsByName.put(port.name(), number));
    Map<String, DaemonProcess> daemonsByName = new LinkedHashMap<>();
    daemons.forEach((daemon, at) -> daemonsByName.put(daemon.name(), at));
    Path next = file.resolveSibling(file.getFileName() + ".next");
    try {
      JSON.writeValue(next.toFile(), new Content(VERSION, portsByName, daemonsByName));
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new SandboxException("Cannot write the sandbox's state to " + file + ": " + e + ".", e);
    }
  }
}
