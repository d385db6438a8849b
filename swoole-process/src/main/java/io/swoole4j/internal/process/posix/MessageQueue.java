// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.process.posix;

import com.sun.jna.Memory;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * A System V message queue, as {@code ipcs -q} shows it; it outlives the process. Any thread.
 *
 * <p>Calls that wait do so in the kernel: an interrupt does not end them, {@link #remove} does.
 */
public final class MessageQueue {
  /** What {@code msgctl} tells, and where in {@code struct msqid_ds} of 64-bit Linux. */
  private static final long BYTES_OFFSET = 72;

  private static final long USER_OFFSET = 4;
  private static final long MODE_OFFSET = 20;
  private static final int PERMISSIONS = 0777;
  private static final long MESSAGES_OFFSET = 80;
  private static final long LIMIT_OFFSET = 88;

  /** What messages of ordinary length go through; making one takes longer than the call. */
  private static final int BUFFER_BYTES = 64 << 10;

  /** Those that nobody uses; not one for each thread, of which there may be very many. */
  private static final BlockingQueue<Memory> BUFFERS = new ArrayBlockingQueue<>(16);

  private final int id;

  private MessageQueue(int id) {
    this.id = id;
  }

  /**
   * Opens the queue of a key, or makes one.
   *
   * @param key its key; 0 makes one that nobody else can open
   * @param mode the permissions of a new one, such as 0600
   * @return the queue
   * @throws ErrnoException if it cannot be had
   */
  public static MessageQueue open(int key, int mode) throws ErrnoException {
    return new MessageQueue(Posix.check("msgget", Posix.msgget(key, Posix.IPC_CREAT | mode)));
  }

  /** The queue of a number, which somebody else has opened. */
  public static MessageQueue of(int id) {
    return new MessageQueue(id);
  }

  /** Its number, as {@code ipcs} shows it. */
  public int id() {
    return id;
  }

  /**
   * Appends a message.
   *
   * @param type from 1; receivers may choose by it
   * @param data the message
   * @param block whether to wait for room
   * @throws ErrnoException {@code EAGAIN} if there is no room, {@code EINVAL} if the message is
   *     longer than the system allows, {@code EIDRM} if the queue is removed, {@code EINTR} if a
   *     signal came meanwhile
   */
  public void send(long type, byte[] data, boolean block) throws ErrnoException {
    Memory message = buffer(data.length);
    try {
      send(message, type, data, block);
    } finally {
      giveBack(message);
    }
  }

  private static Memory buffer(int bytes) {
    Memory shared = bytes <= BUFFER_BYTES ? BUFFERS.poll() : null;
    return shared == null ? new Memory(Long.BYTES + (long) Math.max(bytes, BUFFER_BYTES)) : shared;
  }

  private static void giveBack(Memory message) {
    if (message.size() > Long.BYTES + BUFFER_BYTES || !BUFFERS.offer(message)) {
      message.close();
    }
  }

  private void send(Memory message, long type, byte[] data, boolean block) throws ErrnoException {
    message.setLong(0, type);
    message.write(Long.BYTES, data, 0, data.length);
    int flags = block ? 0 : Posix.IPC_NOWAIT;
    Posix.check("msgsnd", Posix.msgsnd(id, message, data.length, flags));
  }

  /**
   * Takes the next message.
   *
   * @param type of what type, 0 for any
   * @param maxBytes how long it may be
   * @param block whether to wait for one
   * @return the message
   * @throws ErrnoException {@code ENOMSG} if there is none, {@code E2BIG} if it is longer, and
   *     stays, {@code EIDRM} if the queue is removed, {@code EINTR} if a signal came meanwhile
   */
  public byte[] receive(long type, int maxBytes, boolean block) throws ErrnoException {
    Memory message = buffer(maxBytes);
    try {
      return receive(message, type, maxBytes, block);
    } finally {
      giveBack(message);
    }
  }

  private byte[] receive(Memory message, long type, int maxBytes, boolean block)
      throws ErrnoException {
    int flags = block ? 0 : Posix.IPC_NOWAIT;
    long length = Posix.msgrcv(id, message, maxBytes, type, flags);
    if (length < 0) {
      throw new ErrnoException("msgrcv", Posix.errno());
    }
    byte[] data = new byte[(int) length];
    message.read(Long.BYTES, data, 0, data.length);
    return data;
  }

  /** What is in a queue, and how many bytes it takes. */
  public record State(long messages, long bytes, long limit) {}

  /** What is in it. */
  public State state() throws ErrnoException {
    try (Memory state = new Memory(Posix.STRUCTURE_BYTES)) {
      Posix.check("msgctl", Posix.msgctl(id, Posix.IPC_STAT, state));
      return new State(
          state.getLong(MESSAGES_OFFSET), state.getLong(BYTES_OFFSET), state.getLong(LIMIT_OFFSET));
    }
  }

  /** Whose a queue is, and who may use it. */
  public record Owner(int uid, int mode) {}

  /** Whose it is. */
  public Owner owner() throws ErrnoException {
    try (Memory state = new Memory(Posix.STRUCTURE_BYTES)) {
      Posix.check("msgctl", Posix.msgctl(id, Posix.IPC_STAT, state));
      return new Owner(state.getInt(USER_OFFSET), state.getShort(MODE_OFFSET) & PERMISSIONS);
    }
  }

  /** Changes how many bytes it takes; above the system's default for root only. */
  public void limit(long bytes) throws ErrnoException {
    try (Memory state = new Memory(Posix.STRUCTURE_BYTES)) {
      Posix.check("msgctl", Posix.msgctl(id, Posix.IPC_STAT, state));
      state.setLong(LIMIT_OFFSET, bytes);
      Posix.check("msgctl", Posix.msgctl(id, Posix.IPC_SET, state));
    }
  }

  /** Removes it with everything in it, and wakes whoever waits. */
  public void remove() throws ErrnoException {
    Posix.check("msgctl", Posix.msgctl(id, Posix.IPC_RMID, null));
  }
}
