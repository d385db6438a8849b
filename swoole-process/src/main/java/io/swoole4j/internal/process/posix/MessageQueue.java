// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.process.posix;

import com.sun.jna.Memory;

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

  private static final ThreadLocal<Memory> BUFFERS =
      ThreadLocal.withInitial(() -> new Memory(Long.BYTES + (long) BUFFER_BYTES));

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
    if (data.length <= BUFFER_BYTES) {
      send(BUFFERS.get(), type, data, block);
      return;
    }
    try (Memory message = new Memory(Long.BYTES + (long) data.length)) {
      send(message, type, data, block);
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
    if (maxBytes <= BUFFER_BYTES) {
      return receive(BUFFERS.get(), type, maxBytes, block);
    }
    try (Memory message = new Memory(Long.BYTES + (long) maxBytes)) {
      return receive(message, type, maxBytes, block);
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
