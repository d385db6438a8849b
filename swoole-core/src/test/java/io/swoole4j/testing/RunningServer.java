// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.testing;

import io.swoole4j.server.Server;
import io.swoole4j.server.ServerState;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A started server that is shut down, and has to have terminated, at the end of a try block.
 *
 * <p>Clients that it made are closed before that.
 */
public final class RunningServer implements AutoCloseable {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final Server server;
  private final List<RawClient> clients = new CopyOnWriteArrayList<>();

  private RunningServer(Server server) {
    this.server = server;
  }

  /** Starts a server and returns once it listens; what its start throws comes through. */
  public static RunningServer start(Server server) {
    server.startAsync();
    return new RunningServer(server);
  }

  /** The server itself. */
  public Server server() {
    return server;
  }

  /** The port of its first listener. */
  public int port() {
    return server.getPort();
  }

  /** Connects a new client, which is closed with this at the latest. */
  public RawClient client() {
    return adopt(RawClient.connect(server.host(), port()));
  }

  /** Connects the client that {@code options} describes, see {@link #clientOptions()}. */
  public RawClient client(RawClient.Builder options) {
    return adopt(options.connect());
  }

  /** Options of a client of this server, for {@link #client(RawClient.Builder)}. */
  public RawClient.Builder clientOptions() {
    return RawClient.to(server.host(), port());
  }

  /** Waits up to 30 seconds for a shutdown that the test has caused itself. */
  public void awaitTerminated() {
    boolean ended;
    try {
      ended = server.awaitTermination(LIMIT);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while the server was " + server.state(), e);
    }
    if (!ended || server.state() != ServerState.TERMINATED) {
      throw new AssertionError(
          "state: " + server.state() + " (expected: TERMINATED within " + LIMIT + ")");
    }
  }

  /** Closes the clients, shuts the server down and fails unless it terminates in 30 seconds. */
  @Override
  public void close() {
    try {
      clients.forEach(RawClient::close);
    } finally {
      server.shutdown();
      awaitTerminated();
    }
  }

  private RawClient adopt(RawClient client) {
    clients.add(client);
    return client;
  }
}
