package dev.weft.itests;

import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Path;
import org.apache.thrift.TException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Bad input gets one line that says what is wrong, and an exit code that says whose fault. */
@ExtendWith(ClusterExtension.class)
class BadInputIT {
  private final TestCluster cluster;
  private final Distribution distribution;

  BadInputIT(TestCluster cluster) {
    this.cluster = cluster;
    this.distribution = cluster.distribution();
  }

  /** A program whose main throws. */
  public static final class Throwing {
    private Throwing() {}

    /** Throws. */
    public static void main(String[] args) {
      throw new IllegalStateException("the price list of " + args[0] + " is empty");
    }
  }

  private Path jar(String name, boolean withMain) throws IOException {
    return ProgramJars.of(cluster, name, Throwing.class, withMain);
  }

  @Test
  void wrongUsageIsCodeTwo() {
    distribution.weft("run", "-t", "local", "/none/such.jar").failsWith(2, "/none/such.jar");
    distribution
        .weft("run", "-t", "local", "-p", "0", distribution.example("WordCount"))
        .failsWith(2, "-p", "0");
    distribution.weft("cancel", "-t", "remote", "me").failsWith(2, "32 hexadecimal digits", "me");
  }

  @Test
  void wrongConfigurationIsCodeThree() {
    distribution
        .weft("run", "-t", "local", "-D", "paralelism.default=2", distribution.example("WordCount"))
        .failsWith(3, "paralelism.default", "parallelism.default");
    distribution
        .weft("run", "-t", "mars", distribution.example("WordCount"))
        .failsWith(3, "mars", "local");
  }

  @Test
  void aJarWithoutMainClassIsCodeTwo() throws IOException {
    Path jar = jar("no-main.jar", false);
    distribution.weft("run", "-t", "local", jar.toString()).failsWith(2, jar.toString(), "-c");
  }

  @Test
  void aMainThatThrowsIsCodeFour() throws IOException {
    distribution
        .weft("run", "-t", "local", jar("throwing.jar", true).toString(), "May")
        .failsWith(4, "the price list of May is empty", "BadInputIT.java:");
  }

  @Test
  void aMissingHiveTableIsCodeFour() throws TException {
    HiveTables tables = HiveTables.of(cluster);
    distribution
        .weft(
            "run",
            "-t",
            "local",
            distribution.example("DailyRevenue"),
            "--from",
            "tpch.lineitems",
            "--into",
            "mart.never")
        .failsWith(4, "lineitems", "tpch");
    assertFalse(tables.exists("mart", "never"));
  }

  @Test
  void aCorruptOrcFileFailsTheJobAndNothingIsVisible() throws Exception {
    HiveTables tables = HiveTables.of(cluster);
    String file = tables.createCorruptLineitem("corrupt", "lineitem");
    distribution
        .weft(
            "run",
            "-t",
            "local",
            "-p",
            "2",
            distribution.example("DailyRevenue"),
            "--from",
            "corrupt.lineitem",
            "--into",
            "mart.corrupt_revenue")
        .failsWith(5, file);
    tables.assertNothingVisible("mart", "corrupt_revenue");
  }
}
