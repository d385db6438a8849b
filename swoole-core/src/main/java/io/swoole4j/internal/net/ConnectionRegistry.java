// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.net;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Every session of one server: gives out the ids, finds a session by its id and lists them in
 * order. Safe from any thread.
 */
public final class ConnectionRegistry {
  private final ConcurrentHashMap<Long, Connection> byFd = new ConcurrentHashMap<>();
  private final ConcurrentSkipListMap<Long, Connection> inOrder = new ConcurrentSkipListMap<>();
  private final AtomicInteger channels = new AtomicInteger();
  private final AtomicLong lastFd;
  private final long firstFd;
  private final int maxChannels;

  /**
   * An empty registry.
   *
   * @param startSessionId one less than the first id
   * @param maxChannels how many connections may be open at a time
   */
  public ConnectionRegistry(long startSessionId, int maxChannels) {
    this.lastFd = new AtomicLong(startSessionId);
    this.firstFd = startSessionId + 1;
    this.maxChannels = maxChannels;
  }

  /** Takes a place for a connection being accepted; false when all are taken. */
  boolean reserve() {
    if (channels.incrementAndGet() > maxChannels) {
      channels.decrementAndGet();
      return false;
    }
    return true;
  }

  /** Gives back a place taken by {@link #reserve}. */
  void release() {
    if (channels.decrementAndGet() == 0) {
      synchronized (channels) {
        channels.notifyAll();
      }
    }
  }

  /**
   * Waits until no socket is held.
   *
   * @param nanos how long at most
   * @return whether none is held any more
   * @throws InterruptedException if interrupted meanwhile
   */
  public boolean awaitNoChannels(long nanos) throws InterruptedException {
    long end = System.nanoTime() + nanos;
    synchronized (channels) {
      while (channels.get() > 0) {
        long left = end - System.nanoTime();
        if (left <= 0) {
          return false;
        }
        TimeUnit.NANOSECONDS.timedWait(channels, left);
      }
    }
    return true;
  }

  /** The next session id; ids are never given out twice. */
  long nextFd() {
    return lastFd.incrementAndGet();
  }

  void add(Connection connection) {
    byFd.put(connection.fd(), connection);
    inOrder.put(connection.fd(), connection);
  }

  void remove(Connection connection) {
    inOrder.remove(connection.fd(), connection);
    byFd.remove(connection.fd(), connection);
  }

  /**
   * Finds a session, be it open or about to end.
   *
   * @param fd its id
   * @return null when there is none
   */
  public @Nullable Connection find(long fd) {
    return byFd.get(fd);
  }

  /**
   * Whether an id was given out at any time.
   *
   * @param fd the id
   * @return true if there is or was such a session
   */
  public boolean everExisted(long fd) {
    return fd >= firstFd && fd <= lastFd.get();
  }

  /**
   * The ids of open connections in ascending order.
   *
   * @param after only ids above this
   * @param limit how many at most
   * @return the ids
   */
  public List<Long> openAfter(long after, int limit) {
    List<Long> fds = new ArrayList<>(Math.min(limit, 128));
    for (Connection connection : inOrder.tailMap(after, false).values()) {
      if (fds.size() == limit) {
        break;
      }
      if (connection.isOpen()) {
        fds.add(connection.fd());
      }
    }
    return fds;
  }

  /**
   * How many connections are open, or closed with output that the client has not taken yet; counts
   * them.
   *
   * @return the number
   */
  public int countOpen() {
    int open = 0;
    for (Connection connection : inOrder.values()) {
      if (connection.isOpen() || connection.sendQueuedBytes() > 0) {
        open++;
      }
    }
    return open;
  }

  /**
   * Every session, those about to end included, in ascending order of ids.
   *
   * @return a live view
   */
  public Collection<Connection> all() {
    return inOrder.values();
  }

  /** The same behind some id. */
  Collection<Connection> allAfter(long fd) {
    return inOrder.tailMap(fd, false).values();
  }

  /**
   * The sockets held, those that are only being closed included.
   *
   * @return the number
   */
  public int channels() {
    return channels.get();
  }

  /**
   * The highest id given out.
   *
   * @return one less than the first id when there was none
   */
  public long lastFd() {
    return lastFd.get();
  }
}
