package dev.weft.yarn;

import dev.weft.api.config.Configuration;
import dev.weft.api.config.CoreOptions;
import dev.weft.api.fs.FileInput;
import dev.weft.api.fs.FileStore;
import dev.weft.engine.plan.JobPlan;
import dev.weft.engine.plan.JobPlanCodec;
import dev.weft.engine.protocol.Artifact;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * The job that an application was submitted with.
 *
 * @param plan what runs
 * @param jars its code
 */
record StagedJob(JobPlan plan, List<Artifact> jars) {
  /** Reads it from a staging directory; empty when there is none, as in a session. */
  static Optional<StagedJob> read(FileStore files, String staging) throws IOException {
    String planFile = staging + "/" + ContainerLayout.PLAN_FILE;
    if (files.status(planFile).isEmpty()) {
      return Optional.empty();
    }
    JobPlan plan = JobPlanCodec.decode(bytes(files, planFile));
    String list =
        new String(bytes(files, staging + "/" + ContainerLayout.JARS_FILE), StandardCharsets.UTF_8);
    List<Artifact> jars = list.lines().map(line -> artifact(staging, line)).toList();
    return Optional.of(new StagedJob(plan, jars));
  }

  /** Whether the client that submitted it waits for its end. */
  boolean followed() {
    return Configuration.of(plan.configuration()).get(CoreOptions.ATTACHED);
  }

  /** A line of the list of jars: the digest, a blank, the name. */
  static Artifact artifact(String staging, String line) {
    int blank = line.indexOf(' ');
    String digest = line.substring(0, blank);
    return new Artifact(
        line.substring(blank + 1),
        staging + "/" + ContainerLayout.JARS + "/" + digest + ".jar",
        digest);
  }

  private static byte[] bytes(FileStore files, String path) throws IOException {
    try (FileInput in = files.open(path)) {
      return in.readAllBytes();
    }
  }
}
