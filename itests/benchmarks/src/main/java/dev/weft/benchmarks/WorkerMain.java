package dev.weft.benchmarks;

import dev.weft.api.config.Configuration;
import dev.weft.engine.plugin.Plugins;
import dev.weft.engine.protocol.Address;
import dev.weft.engine.protocol.Artifact;
import dev.weft.engine.server.ProcessSetup;
import dev.weft.engine.server.WorkerProcess;
import dev.weft.engine.server.net.NettyTransport;
import dev.weft.engine.server.security.SecurityBundle;
import dev.weft.engine.world.CodeLoader;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A TaskManager of one slot in a process of its own: {@code WorkerMain BUNDLE-FILE HOST PORT
 * [key=value ...]}. Jobs find their classes on its class path.
 */
public final class WorkerMain {
  private static final String LOOPBACK = "127.0.0.1";

  private WorkerMain() {}

  private record OwnCode(ClassLoader loader) implements CodeLoader {
    @Override
    public ClassLoader open(String jobId, List<Artifact> artifacts) {
      return loader;
    }

    @Override
    public void close(String jobId) {
      // the loader is the process's own
    }
  }

  /** Runs until the leader ends it or is gone. */
  public static void main(String[] arguments) throws Exception {
    SecurityBundle.Worker bundle =
        (SecurityBundle.Worker) SecurityBundle.read(Path.of(arguments[0]));
    Optional<Address> leader =
        Optional.of(new Address(arguments[1], Integer.parseInt(arguments[2])));
    Configuration configuration = new Configuration();
    for (String option : Arrays.asList(arguments).subList(3, arguments.length)) {
      String[] parts = option.split("=", 2);
      configuration.setString(parts[0], parts[1]);
    }
    ClassLoader code = WorkerMain.class.getClassLoader();
    try (ProcessSetup setup =
            ProcessSetup.open(
                "worker", configuration, Plugins.onClassPath(code), ProcessSetup.LOCAL_FILES);
        WorkerProcess worker =
            new WorkerProcess(
                setup,
                new WorkerProcess.Settings(bundle.workerId(), 1, "localhost", Map.of()),
                new WorkerProcess.Surroundings(
                    loop ->
                        new NettyTransport(
                            "worker",
                            NettyTransport.Security.of(bundle.identity(), configuration),
                            new NettyTransport.Listening(LOOPBACK, LOOPBACK, "0"),
                            loop),
                    new OwnCode(code),
                    () -> leader),
                failure -> {
                  failure.printStackTrace();
                  Runtime.getRuntime().halt(1);
                })) {
      worker.ended().get();
    }
    System.exit(0);
  }
}
