package dev.weft.engine.cluster;

import dev.weft.engine.protocol.Message;
import dev.weft.engine.protocol.ToLeader;
import dev.weft.engine.protocol.ToWorker;
import dev.weft.engine.world.MessageLink;

/**
 * A connection of a worker. It belongs to the term in which it registered: when that ends, the
 * connection is closed and the worker looks for the next leader.
 */
final class WorkerConnection implements MessageLink.Handler {
  private final Leader leader;
  private LeaderTerm term;
  private Worker worker;

  WorkerConnection(Leader leader) {
    this.leader = leader;
  }

  @Override
  public void opened(MessageLink link) {
    if (leader.term() == null || !leader.term().isReady()) {
      link.close();
    }
  }

  @Override
  public void received(MessageLink link, Message message) {
    LeaderTerm current = leader.term();
    if (worker == null && message instanceof ToLeader.RegisterWorker registration) {
      if (current == null || !current.isReady()) {
        link.close();
        return;
      }
      if (!registration.workerId().equals(link.peer())) {
        link.send(
            new ToWorker.WorkerRefused(
                current.epoch(),
                "its certificate says " + link.peer() + ", not " + registration.workerId()));
        link.close();
        return;
      }
      term = current;
      worker = current.register(link, registration);
      if (worker == null) {
        link.close();
      }
    } else if (worker == null || term != current || !(message instanceof ToLeader toLeader)) {
      link.close();
    } else {
      term.received(worker, toLeader);
    }
  }

  @Override
  public void closed(MessageLink link, Throwable cause) {
    if (worker != null && term == leader.term()) {
      term.disconnected(worker, cause);
    }
  }
}
