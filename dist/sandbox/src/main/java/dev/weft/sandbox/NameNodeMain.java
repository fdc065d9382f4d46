package dev.weft.sandbox;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.hdfs.HdfsConfiguration;
import org.apache.hadoop.hdfs.server.namenode.NameNode;

/**
 * A name node that formats its directory when there is nothing in it yet: one JVM instead of two.
 */
public final class NameNodeMain {
  private NameNodeMain() {}

  /** Runs until the process is ended. */
  public static void main(String[] args) throws Exception {
    Configuration conf = new HdfsConfiguration();
    Path directory = Path.of(URI.create(conf.get("dfs.namenode.name.dir")));
    // written last by a format: without it an earlier one was cut short
    if (!Files.exists(directory.resolve("current/VERSION"))) {
      Configuration once = new HdfsConfiguration(conf);
      // its metrics could be registered only once in this JVM
      once.setBoolean("dfs.namenode.enable.retrycache", false);
      NameNode.format(once);
    }
    NameNode.main(args);
  }
}
