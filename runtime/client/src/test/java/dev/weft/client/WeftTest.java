package dev.weft.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.JobStatus;
import dev.weft.api.config.CheckpointingOptions;
import dev.weft.api.config.Configuration;
import dev.weft.api.config.JobManagerOptions;
import dev.weft.api.config.MemorySize;
import dev.weft.client.target.OrderProgress;
import dev.weft.client.target.Submission;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class WeftTest {
  private static final String PROGRAM =
      "env.fromSequence(1, 9).map(n -> n + args.length).sinkTo(new DiscardingSink<>());"
          + " env.execute(args.length == 0 ? \"plain\" : String.join(\",\", args));";

  @TempDir Path directory;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private Map<String, String> environment = Map.of();

  @BeforeEach
  void forget() {
    FakeTarget.reset();
    FakeTarget.ANSWERS.add(FakeTarget.progress(JobStatus.FINISHED, ""));
  }

  private int weft(Object... arguments) {
    out.reset();
    err.reset();
    List<String> texts = new ArrayList<>();
    for (Object argument : arguments) {
      texts.add(argument.toString());
    }
    return Weft.run(
        texts.toArray(String[]::new),
        environment,
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8));
  }

  private String error() {
    String text = err.toString(StandardCharsets.UTF_8);
    assertTrue(text.startsWith("weft: "), text);
    return text;
  }

  private void refused(int exitCode, String expected, Object... arguments) {
    assertEquals(exitCode, weft(arguments), err.toString(StandardCharsets.UTF_8));
    assertTrue(error().contains(expected), error());
    assertTrue(error().lines().count() <= 3, error());
    assertTrue(FakeTarget.SUBMITTED.isEmpty());
  }

  @Test
  void runSubmitsTheProgramWithItsFlagsAndArguments() throws IOException {
    Path jar = UserJars.of(directory, "job.Main", PROGRAM);
    assertEquals(
        0,
        weft(
            "run",
            "-t",
            "fake",
            "-p",
            "3",
            "-s",
            "/chk-1",
            "-n",
            "-rm",
            "claim",
            "-D",
            "rest.port=17",
            "-Dparallelism.default=5",
            "-yjm",
            "2048",
            "-ytm",
            "3g",
            "-ys",
            "2",
            "-yqu",
            "etl",
            jar,
            "-p",
            "--from=x"),
        err.toString(StandardCharsets.UTF_8));
    Submission submission = FakeTarget.SUBMITTED.get(0);
    String said = out.toString(StandardCharsets.UTF_8);
    assertTrue(said.contains("has been submitted with JobID " + submission.plan().jobId()), said);
    assertTrue(said.contains("http://fake/"), said);
    assertEquals("-p,--from=x", submission.plan().name());
    assertEquals(3, submission.plan().slots());
    assertEquals(List.of(jar), submission.jars());
    Configuration configuration = submission.context().configuration();
    assertEquals("/chk-1", configuration.get(CheckpointingOptions.RESTORE_PATH));
    assertTrue(configuration.get(CheckpointingOptions.IGNORE_UNCLAIMED_STATE));
    assertEquals(
        CheckpointingOptions.ClaimMode.CLAIM, configuration.get(CheckpointingOptions.CLAIM_MODE));
    assertEquals(MemorySize.ofMebiBytes(2048), configuration.get(JobManagerOptions.PROCESS_MEMORY));
    assertEquals("etl", configuration.getString("yarn.application.queue", ""));
    assertEquals("17", configuration.getString("rest.port", ""));
  }

  @Test
  void aJobIsRescaled() {
    String id = "0123456789abcdef0123456789abcdef";
    assertEquals(0, weft("rescale", "-t", "fake", "-p", "3", id));
    assertEquals(0, weft("rescale", "-t", "fake", "--vertex", "a=2", "--vertex", "b=4", id));
    assertEquals(
        List.of("RESCALE " + id + " 3 {}", "RESCALE " + id + " 0 {a=2, b=4}"), FakeTarget.ORDERS);
    assertTrue(out.toString(StandardCharsets.UTF_8).contains("runs with the new parallelism"));
    FakeTarget.fate = new OrderProgress(true, "", 0, "too few slots");
    refused(CommandException.SUBMISSION, "too few slots", "rescale", "-t", "fake", "-p", "3", id);
    refused(CommandException.USAGE, "with -p", "rescale", "-t", "fake", id);
    refused(CommandException.USAGE, "less than 1", "rescale", "-t", "fake", "-p", "0", id);
    refused(CommandException.USAGE, "--vertex", "rescale", "-t", "fake", "--vertex", "a", id);
  }

  @Test
  void savepointsAreTakenAndTheirPlaceIsPrinted() {
    String id = "0123456789abcdef0123456789abcdef";
    assertEquals(0, weft("savepoint", "-t", "fake", id, "/s"));
    String said = out.toString(StandardCharsets.UTF_8);
    assertTrue(said.contains("Savepoint completed. Path: file:///savepoints/1"), said);
    assertEquals(0, weft("savepoint", "-t", "fake", id));
    assertEquals(0, weft("savepoint", "-t", "fake", "-d", "/s/savepoint-1"));
    assertEquals(0, weft("stop", "-t", "fake", "-p", "/s", id));
    assertEquals(0, weft("stop", "-t", "fake", "--drain", id));
    assertEquals(0, weft("checkpoint", "-t", "fake", "--full", id));
    assertEquals(
        List.of(
            "SAVEPOINT " + id + " /s",
            "SAVEPOINT " + id + " ",
            "DISPOSE /s/savepoint-1",
            "STOP " + id + " /s",
            "DRAIN " + id + " ",
            "FULL_CHECKPOINT " + id + " "),
        FakeTarget.ORDERS);
    FakeTarget.fate = new OrderProgress(true, "", 0, "the disk is full");
    refused(CommandException.SUBMISSION, "the disk is full", "stop", "-t", "fake", id);
    refused(CommandException.USAGE, "weft stop", "cancel", "-t", "fake", "-s", "/s", id);
    refused(CommandException.USAGE, "--dispose", "savepoint", "-t", "fake");
  }

  @Test
  void classFlagServesJarsWithoutMainClass() throws IOException {
    Path jar = UserJars.of(directory, null, PROGRAM);
    assertEquals(0, weft("run", "-t", "fake", "-c", "job.Main", jar));
    FakeTarget.reset();
    refused(CommandException.USAGE, "names no main class", "run", "-t", "fake", jar);
    refused(
        CommandException.USAGE, "no class job.Wrong", "run", "-t", "fake", "-c", "job.Wrong", jar);
  }

  @Test
  void failedAndCancelledJobsEndWithTheirOwnExitCode() throws IOException {
    Path jar = UserJars.of(directory, "job.Main", PROGRAM);
    FakeTarget.ANSWERS.addFirst(FakeTarget.progress(JobStatus.RUNNING, ""));
    FakeTarget.ANSWERS.removeLast();
    FakeTarget.ANSWERS.add(FakeTarget.progress(JobStatus.FAILED, "division by zero at Map"));
    assertEquals(CommandException.JOB_FAILED, weft("run", "-t", "fake", jar));
    assertTrue(error().contains("failed: division by zero at Map"), error());
    FakeTarget.ANSWERS.clear();
    FakeTarget.ANSWERS.add(FakeTarget.progress(JobStatus.CANCELED, ""));
    assertEquals(CommandException.JOB_FAILED, weft("run", "-t", "fake", jar));
    assertTrue(error().contains("was cancelled"), error());
  }

  @Test
  void detachedRunDoesNotAskHowTheJobStands() throws IOException {
    Path jar = UserJars.of(directory, "job.Main", PROGRAM);
    FakeTarget.ANSWERS.clear();
    assertEquals(0, weft("run", "-d", "-t", "fake", jar));
    assertEquals(1, FakeTarget.SUBMITTED.size());
  }

  @Test
  void programsThatFailBeforeSubmissionSayWhereAndWhy() throws IOException {
    refused(
        CommandException.SUBMISSION,
        "IllegalStateException: no luck (Main.java:",
        "run",
        "-t",
        "fake",
        UserJars.of(
            directory, "job.Main", "if (true) throw new IllegalStateException(\"no luck\");"));
    refused(
        CommandException.SUBMISSION,
        "ended without a job",
        "run",
        "-t",
        "fake",
        UserJars.of(directory, "job.Main", ""));
    refused(
        CommandException.SUBMISSION,
        ".returns(Type.class)",
        "run",
        "-t",
        "fake",
        UserJars.of(
            directory,
            "job.Main",
            "env.fromSequence(1, 2).flatMap((Long n, dev.weft.api.functions.Collector<Long> o) ->"
                + " o.collect(n)).print(); env.execute();"));
    FakeTarget.refusal = "the queue 'etl' is not known";
    refused(
        CommandException.SUBMISSION,
        "the queue 'etl' is not known",
        "run",
        "-t",
        "fake",
        UserJars.of(directory, "job.Main", PROGRAM));
  }

  @Test
  void wrongUsageIsToldInALine() throws IOException {
    refused(CommandException.USAGE, "There is no jar /none.jar", "run", "-t", "fake", "/none.jar");
    Path text = Files.writeString(directory.resolve("text.jar"), "text");
    refused(CommandException.USAGE, "is no jar", "run", "-t", "fake", text);
    refused(CommandException.USAGE, "Missing required parameter", "run");
    refused(CommandException.USAGE, "Unknown option", "run", "--wat", "a.jar");
    refused(CommandException.USAGE, "-p", "run", "-p", "many", "a.jar");
    refused(CommandException.USAGE, "-p is a number from 1", "run", "-p", "0", "a.jar");
    refused(CommandException.USAGE, "-m is host:port", "list", "-m", "here");
    refused(CommandException.USAGE, "32 hexadecimal digits", "cancel", "-t", "fake", "x");
    refused(CommandException.USAGE, "-yjm is a size", "run", "-yjm", "much", "a.jar");
    assertEquals(CommandException.USAGE, weft());
    refused(CommandException.USAGE, "Unmatched argument", "rnu");
  }

  @Test
  void wrongConfigurationIsToldInALine() throws IOException {
    int code = CommandException.CONFIGURATION;
    refused(code, "did you mean 'rest.port'?", "run", "-D", "rest.prot=1", "a.jar");
    refused(code, "which is no Integer", "run", "-D", "rest.port=x", "a.jar");
    refused(code, "There is no target 'mars'", "run", "-t", "mars", "a.jar");
    refused(code, "the plugin 'yarn'", "run", "-t", "yarn-per-job", "a.jar");
    Files.writeString(directory.resolve("config.yaml"), "rest.prot: 1\n");
    environment = Map.of("WEFT_CONF_DIR", directory.toString());
    refused(code, "line 1", "list");
    environment = Map.of("WEFT_CONF_DIR", directory.resolve("none").toString());
    refused(code, "There is no configuration file", "list");
  }

  @Test
  void flagsWinOverTheFile() throws IOException {
    Files.writeString(
        directory.resolve("config.yaml"), "execution.target: mars\nparallelism.default: 2\n");
    environment = Map.of("WEFT_CONF_DIR", directory.toString());
    assertEquals(0, weft("run", "-t", "fake", UserJars.of(directory, "job.Main", PROGRAM)));
    assertEquals(2, FakeTarget.SUBMITTED.get(0).plan().slots());
  }

  @Test
  void infoShowsThePlanAndRunsNothing() throws IOException {
    Path jar = UserJars.of(directory, "job.Main", PROGRAM + " throw new Error();");
    assertEquals(0, weft("info", "-p", "4", jar), err.toString(StandardCharsets.UTF_8));
    String plan = out.toString(StandardCharsets.UTF_8);
    assertTrue(plan.contains("Source: Sequence -> Map -> Sink"), plan);
    assertTrue(plan.contains("\"parallelism\" : 4"), plan);
    assertTrue(FakeTarget.SUBMITTED.isEmpty());
    assertEquals(2, weft("info", "-p", "0", jar));
    assertTrue(err.toString(StandardCharsets.UTF_8).contains("-p is a number from 1, not 0"));
  }

  @Test
  void listChoosesAndCancelAsks() {
    assertEquals(0, weft("list", "-t", "fake"));
    String listed = out.toString(StandardCharsets.UTF_8);
    assertTrue(
        listed.indexOf("bb : new (CREATED)") < listed.indexOf("cc : busy (RUNNING)"), listed);
    assertTrue(
        listed.contains("bb : new (CREATED)" + System.lineSeparator() + "    1 of 2 slots"),
        listed);
    assertTrue(!listed.contains("FINISHED"), listed);
    weft("list", "-t", "fake", "-r");
    assertTrue(!out.toString(StandardCharsets.UTF_8).contains("CREATED"));
    weft("list", "-t", "fake", "-a");
    assertTrue(out.toString(StandardCharsets.UTF_8).contains("FINISHED"));
    String id = "0123456789abcdef0123456789ABCDEF";
    assertEquals(0, weft("cancel", "-t", "fake", id));
    assertEquals(List.of(id.toLowerCase(java.util.Locale.ROOT)), FakeTarget.CANCELLED);
  }

  @Test
  void helpAndVersionSucceed() {
    assertEquals(0, weft("--help"));
    assertTrue(out.toString(StandardCharsets.UTF_8).contains("cancel"));
    assertEquals(0, weft("--version"));
    assertTrue(out.toString(StandardCharsets.UTF_8).startsWith("Weft "));
    assertEquals(0, weft("run", "--help"));
  }

  @Test
  void sessionObeysItsCommands() {
    PrintStream target = new PrintStream(out, true, StandardCharsets.UTF_8);
    YarnSession session =
        new YarnSession(
            new Installation(Map.of()),
            target,
            new BufferedReader(new StringReader("help\nwat\nstop\n")));
    int code =
        Weft.execute(
            new CommandLine(session),
            new String[] {"-jm", "1024", "-nm", "s", "-Drest.port=0"},
            target,
            target);
    String said = out.toString(StandardCharsets.UTF_8);
    assertEquals(0, code, said);
    assertTrue(said.contains("application_1_1 runs"), said);
    assertTrue(said.contains("Unknown command 'wat'"), said);
    assertTrue(said.contains("is stopped"), said);
  }
}
