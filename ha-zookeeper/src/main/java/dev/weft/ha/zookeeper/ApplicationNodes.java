package dev.weft.ha.zookeeper;

import java.util.List;
import org.apache.curator.framework.CuratorFramework;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.data.ACL;

/**
 * The paths of one application.
 *
 * @param root shared by all applications, such as /weft
 * @param application this application's node below it
 */
record ApplicationNodes(String root, String application, ApplicationKey key) {
  String epoch() {
    return application + "/epoch";
  }

  String leader() {
    return application + "/leader";
  }

  String pointers() {
    return application + "/pointers";
  }

  String pointer(String name) {
    return pointers() + "/" + name;
  }

  String candidates() {
    return application + "/candidates";
  }

  /**
   * Makes the nodes that are not there, except the epoch. The application's own node is a
   * container: ZooKeeper removes it when the last node below it has gone, for which nobody needs
   * the right to remove something below the shared root.
   */
  void create(CuratorFramework client) throws Exception {
    for (int slash = root.indexOf('/', 1); slash > 0; slash = root.indexOf('/', slash + 1)) {
      create(client, root.substring(0, slash), CreateMode.PERSISTENT, ApplicationKey.SHARED);
    }
    if (!root.equals("/")) {
      create(client, root, CreateMode.PERSISTENT, ApplicationKey.SHARED);
    }
    create(client, application, CreateMode.CONTAINER, key.getDefaultAcl());
    create(client, pointers(), CreateMode.PERSISTENT, key.getDefaultAcl());
    create(client, leader(), CreateMode.PERSISTENT, key.getDefaultAcl());
  }

  private static void create(
      CuratorFramework client, String path, CreateMode mode, List<ACL> access) throws Exception {
    if (client.checkExists().forPath(path) != null) {
      return;
    }
    try {
      client.create().withMode(mode).withACL(access).forPath(path, new byte[0]);
    } catch (KeeperException.NodeExistsException e) {
      // another candidate was quicker
    }
  }
}
