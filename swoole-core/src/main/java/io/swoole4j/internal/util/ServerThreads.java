// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.util;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;

/** Makes and names every thread of one server: {@code swoole-<port>-<role>-<number>}. */
public final class ServerThreads {
  private final Logging logging;
  private final Map<Class<?>, Logger> loggers = new ConcurrentHashMap<>();
  private volatile int port;

  /**
   * A factory for a server that has not bound yet.
   *
   * @param port the port asked for, 0 until one is known
   */
  public ServerThreads(int port) {
    this(port, Logging.UNLIMITED);
  }

  /**
   * A factory for a server that has not bound yet.
   *
   * @param port the port asked for, 0 until one is known
   * @param logging where the server logs
   */
  public ServerThreads(int port, Logging logging) {
    this.port = port;
    this.logging = logging;
  }

  /** The logger of a class as the server has it. */
  Logger logger(Class<?> type) {
    return loggers.computeIfAbsent(type, logging::of);
  }

  /**
   * Names threads made from now on after the bound port.
   *
   * @param boundPort the port of the primary listener
   */
  public void port(int boundPort) {
    port = boundPort;
  }

  /**
   * A new thread, not started.
   *
   * @param role its part of the work, with a number where there are several
   * @param target what it runs
   * @return the thread
   */
  public ServerThread thread(String role, Runnable target) {
    return new ServerThread(this, target, role);
  }

  /**
   * Whether the calling thread was made here, or works for this server at the moment.
   *
   * @return true on the threads of this server and the virtual ones of its workers
   */
  public boolean ownsCurrent() {
    return ServerThread.currentOwner() == this;
  }

  /**
   * Whether the calling thread was made here for a part of the work.
   *
   * @param role that part, with its number where there are several
   * @return true for the thread that does it
   */
  public boolean isCurrent(String role) {
    return Thread.currentThread() instanceof ServerThread own
        && own.owner() == this
        && own.role().equals(role);
  }

  /**
   * The name of a thread of this server.
   *
   * @param role its part of the work
   * @return the full name
   */
  public String name(String role) {
    return "swoole-" + port + "-" + role;
  }

  /**
   * Names the calling thread anew, once the port is known.
   *
   * @param role its part of the work
   */
  public void rename(String role) {
    Thread.currentThread().setName(name(role));
    ThreadTitle.set(role);
  }

  /**
   * A factory for event loops, numbered in the order in which their threads start.
   *
   * @param role their part of the work
   * @return a factory
   */
  public ThreadFactory factory(String role) {
    AtomicInteger next = new AtomicInteger();
    return task -> thread(role + "-" + next.getAndIncrement(), task);
  }
}
