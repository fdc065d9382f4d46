package dev.weft.client;

import dev.weft.api.config.Configuration;
import dev.weft.client.Targets.Chosen;
import dev.weft.client.target.ClusterConnection;
import dev.weft.client.target.JobLine;
import java.io.PrintStream;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code weft list}: the jobs of a cluster. */
@Command(
    name = "list",
    description = "Lists the jobs of a running cluster.",
    sortOptions = false,
    mixinStandardHelpOptions = true)
final class ListCommand implements Callable<Integer> {
  private static final Set<String> ENDED = Set.of("FINISHED", "FAILED", "CANCELED");
  private static final String SCHEDULED = "CREATED";
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");

  @Mixin private ClusterFlags cluster;

  @Option(
      names = {"-a", "--all"},
      description = "Ended jobs, too.")
  private boolean all;

  @Option(
      names = {"-r", "--running"},
      description = "Running jobs only.")
  private boolean running;

  @Option(
      names = {"-s", "--scheduled"},
      description = "Waiting jobs only.")
  private boolean scheduled;

  private final Installation installation;
  private final PrintStream out;

  ListCommand(Installation installation, PrintStream out) {
    this.installation = installation;
    this.out = out;
  }

  @Override
  public Integer call() throws Exception {
    Configuration configuration = installation.configuration();
    cluster.applyTo(configuration);
    Chosen chosen = Targets.choose(configuration, installation, System.err::println);
    try (ClusterConnection connection = chosen.target().connect(chosen.context())) {
      List<JobLine> jobs =
          connection.jobs().stream()
              .filter(this::wanted)
              .sorted(Comparator.comparingLong(JobLine::startMillis))
              .toList();
      for (JobLine job : jobs) {
        out.println(
            TIME.format(Instant.ofEpochMilli(job.startMillis()).atZone(ZoneId.systemDefault()))
                + " : "
                + job.jobId()
                + " : "
                + job.name()
                + " ("
                + job.state()
                + ")");
        if (!job.waiting().isEmpty()) {
          out.println("    " + job.waiting());
        }
      }
      if (jobs.isEmpty()) {
        out.println("No jobs.");
      }
    }
    return 0;
  }

  private boolean wanted(JobLine job) {
    if (ENDED.contains(job.state())) {
      return all;
    }
    boolean waiting = job.state().equals(SCHEDULED);
    return all || running == scheduled || (waiting ? scheduled : running);
  }
}
