package dev.weft.yarn;

import java.util.List;
import java.util.Map;

/** What the provisioner asks of YARN. Called on the control thread; nothing blocks. */
interface ContainerPlatform {
  /**
   * Registers the application; answered by {@link Events#registered} or {@link Events#failed}.
   *
   * @param events called on the control thread
   */
  void start(Events events);

  /** Asks for containers, on the hosts if possible. */
  void request(int count, List<String> hosts);

  /** Takes requests back that were not granted yet. */
  void withdraw(int count);

  /** Starts a worker in a granted container. */
  void launch(String containerId);

  /** Gives a container back, whether or not something runs in it. */
  void release(String containerId);

  /** Keeps away from hosts, or no longer. */
  void avoid(List<String> add, List<String> remove);

  /** Tells the result; nothing is asked afterwards. */
  void finish(boolean succeeded, String diagnostics, Runnable then);

  /** What one container has and what the queue has left, for people. */
  Resources resources();

  /** Resources in mebibytes and cores; -1 where not known. */
  record Resources(
      long containerMegabytes,
      int containerCores,
      String queue,
      long freeMegabytes,
      int freeCores) {}

  /** Hears YARN. */
  interface Events {
    /** The application is registered; containers of an earlier attempt still run. */
    void registered(Map<String, String> previousHosts);

    /** A container was granted. */
    void granted(String containerId, String host);

    /** A worker's process was started. */
    void started(String containerId);

    /** A worker's process could not be started. */
    void startFailed(String containerId, String why);

    /** A container ended. */
    void completed(ContainerEnd end);

    /** A node takes no more work, or does again. */
    void nodeUsable(String host, boolean usable);

    /** Containers can never be had. */
    void failed(String why);
  }
}
