package dev.weft.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Programs are compared with a savepoint without a cluster, states of {@code open} included. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CheckCommandTest {
  private static final String FILL =
      """
      static class Fill extends dev.weft.api.savepoint.KeyedStateBootstrapFunction<Long, Long> {
        transient dev.weft.api.state.ValueState<Long> count;
        public void open(dev.weft.api.functions.OpenContext context) {
          count = getRuntimeContext().getState(
              new dev.weft.api.state.ValueStateDescriptor<>("count", Long.class));
        }
        public void processElement(Long n, Context context) throws Exception { count.update(n); }
      }
      """;

  private static final String COUNT =
      """
      static class Count extends dev.weft.api.functions.KeyedProcessFunction<Long, Long, Long> {
        transient dev.weft.api.state.ValueState<TYPE> count;
        public void open(dev.weft.api.functions.OpenContext context) {
          BEFORE;
          count = getRuntimeContext().getState(
              new dev.weft.api.state.ValueStateDescriptor<>("count", TYPE.class));
        }
        public void processElement(
            Long n, Context context, dev.weft.api.functions.Collector<Long> out) { out.collect(n); }
      }
      """;

  @TempDir static Path directory;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int weft(String... arguments) {
    out.reset();
    err.reset();
    return Weft.run(
        arguments,
        Map.of(),
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8));
  }

  private String savepoint() {
    return directory.resolve("savepoint").toUri().toString().replaceFirst("/$", "");
  }

  @BeforeAll
  void writeTheSavepoint() throws Exception {
    Path jar =
        UserJars.of(
            directory,
            "job.Main",
            "dev.weft.api.savepoint.StateWriter.newSavepoint(env, 128).withOperator("
                + "dev.weft.api.savepoint.OperatorIdentifier.forUid(\"counts\"),"
                + "dev.weft.api.savepoint.OperatorTransformation.bootstrapWith("
                + "env.fromSequence(1, 10)).keyBy(n -> n % 5).transform(new Fill()))"
                + ".write(args[0]); env.execute(); }"
                + FILL
                + " static void unused() {");
    assertEquals(0, weft("run", "-t", "local", jar.toString(), savepoint()), () -> err.toString());
  }

  private int check(String uid, String type, String before, String... options) throws Exception {
    Path jar =
        UserJars.of(
            directory,
            "job.Main",
            "env.fromSequence(1, 10).keyBy(n -> n % 5).process(new Count())"
                + ".returns(dev.weft.api.types.Types.LONG).uid(\""
                + uid
                + "\").sinkTo(new DiscardingSink<>()); env.execute(); }"
                + COUNT.replace("TYPE", type).replace("BEFORE", before)
                + " static void unused() {");
    List<String> arguments = new java.util.ArrayList<>(List.of("check", "-s", savepoint()));
    arguments.addAll(List.of(options));
    arguments.add(jar.toString());
    return weft(arguments.toArray(String[]::new));
  }

  @Test
  void theSameProgramFits() throws Exception {
    assertEquals(0, check("counts", "Long", ""), () -> err.toString());
    assertTrue(out.toString().startsWith("The program can start from"), out.toString());
  }

  @Test
  void anotherTypeThatOnlyOpenTellsIsNamed() throws Exception {
    assertEquals(CommandException.SUBMISSION, check("counts", "String", ""));
    String error = err.toString();
    assertTrue(error.contains("State 'count' of"), error);
    assertTrue(error.contains("declared as STRING"), error);
    assertTrue(error.contains("holds it as LONG"), error);
  }

  @Test
  void aNarrowerTypeDoesNotFollow() throws Exception {
    assertEquals(CommandException.SUBMISSION, check("counts", "Integer", ""));
    assertTrue(err.toString().contains("declared as INT"), err.toString());
  }

  @Test
  void anotherOperatorIsNamedAndMayBeDropped() throws Exception {
    assertEquals(CommandException.SUBMISSION, check("sums", "Long", ""));
    assertTrue(err.toString().contains("does not have: counts"), err.toString());
    assertEquals(0, check("sums", "Long", "", "-n"), () -> err.toString());
  }

  @Test
  void aFunctionThatCanNotBeOpenedHereIsTold() throws Exception {
    String throwing = "if (true) throw new IllegalStateException(\"no way to the bank\")";
    assertEquals(0, check("counts", "String", throwing), () -> err.toString());
    assertTrue(out.toString().contains("was not compared whole"), out.toString());
    assertTrue(out.toString().contains("no way to the bank"), out.toString());
    assertTrue(out.toString().contains("Nothing else speaks against a start"), out.toString());
  }
}
