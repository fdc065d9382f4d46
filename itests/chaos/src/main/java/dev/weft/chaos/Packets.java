package dev.weft.chaos;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** A rule of the packet filter, in force until it is closed. */
final class Packets implements AutoCloseable {
  private final String table;

  private Packets(String table) {
    this.table = table;
  }

  /** Why packets can not be dropped here; null when they can. */
  static String hindrance() throws IOException {
    if (!Machine.isRoot()) {
      return "only root may change the packet filter";
    }
    return Machine.has("nft") ? null : "nft is not installed; apt-get install nftables";
  }

  /**
   * Drops packets of connections to an address.
   *
   * @param rule in the language of nft, without the address
   */
  static Packets drop(String address, String rule) throws IOException {
    String table = "weft_chaos_" + ProcessHandle.current().pid();
    nft("add", "table", "inet", table);
    Packets packets = new Packets(table);
    try {
      nft("add chain inet " + table + " out { type filter hook output priority 0 ; }");
      String end = rule.contains("sport") ? "saddr" : "daddr";
      nft("add rule inet " + table + " out ip " + end + " " + address + " " + rule);
    } catch (IOException e) {
      packets.close();
      throw e;
    }
    return packets;
  }

  private static void nft(String... words) throws IOException {
    List<String> command = new ArrayList<>(List.of("nft"));
    command.addAll(List.of(words));
    Machine.run(command);
  }

  @Override
  public void close() throws IOException {
    nft("delete", "table", "inet", table);
  }
}
