// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.process.posix;

import com.sun.jna.Function;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import org.jspecify.annotations.Nullable;

/**
 * C functions of Linux on a 64-bit machine, one to one; {@code long} stands for {@code size_t},
 * {@code long} and {@code pthread_t}. Loading this class loads JNA, which takes a tenth of a
 * second; nothing else here may cause that. Any thread.
 */
public final class Posix {
  /** {@code SOCK_STREAM} and others: types and flags of sockets. */
  public static final int SOCK_STREAM = 1;

  /** Datagrams in order, with an end. */
  public static final int SOCK_SEQPACKET = 5;

  /** Closed in programs that are started. */
  public static final int SOCK_CLOEXEC = 0x80000;

  /** Sockets of this machine. */
  public static final int AF_UNIX = 1;

  /** IPv4. */
  public static final int AF_INET = 2;

  /** IPv6. */
  public static final int AF_INET6 = 10;

  /** Options of sockets in general. */
  public static final int SOL_SOCKET = 1;

  /** Bind although old connections linger. */
  public static final int SO_REUSEADDR = 2;

  /** Room for what was sent. */
  public static final int SO_SNDBUF = 7;

  /** Room for what was received. */
  public static final int SO_RCVBUF = 8;

  /** How long to wait for data. */
  public static final int SO_RCVTIMEO = 20;

  /** How long to wait for room. */
  public static final int SO_SNDTIMEO = 21;

  /** No waiting, for this call. */
  public static final int MSG_DONTWAIT = 0x40;

  /** No SIGPIPE, for this call. */
  public static final int MSG_NOSIGNAL = 0x4000;

  /** Ends reading. */
  public static final int SHUT_RD = 0;

  /** Ends writing. */
  public static final int SHUT_WR = 1;

  /** Ends both. */
  public static final int SHUT_RDWR = 2;

  /** Duplicate at or above a number, closed in programs that are started. */
  public static final int F_DUPFD_CLOEXEC = 1030;

  /** Sets the flags of a descriptor. */
  public static final int F_SETFD = 2;

  /** Closed in programs that are started. */
  public static final int FD_CLOEXEC = 1;

  /** Something to read. */
  public static final short POLLIN = 1;

  /** Room to write. */
  public static final short POLLOUT = 4;

  /** Do not wait for a child. */
  public static final int WNOHANG = 1;

  /** Wait for ends. */
  public static final int WEXITED = 4;

  /** Leave what was waited for. */
  public static final int WNOWAIT = 0x01000000;

  /** {@code waitid} for one process. */
  public static final int P_PID = 1;

  /** Do not wait for a queue. */
  public static final int IPC_NOWAIT = 0x800;

  /** Make a queue that is not there. */
  public static final int IPC_CREAT = 0x200;

  /** Remove a queue. */
  public static final int IPC_RMID = 0;

  /** Change a queue. */
  public static final int IPC_SET = 1;

  /** Look at a queue. */
  public static final int IPC_STAT = 2;

  /** The signal a process gets when the thread that started it ends. */
  public static final int PR_SET_PDEATHSIG = 1;

  /** Replaces the set of blocked signals. */
  public static final int SIG_SETMASK = 2;

  /** How many processors are there. */
  public static final int SC_NPROCESSORS_CONF = 83;

  /** Room that is enough for every opaque structure used here. */
  static final int STRUCTURE_BYTES = 1024;

  static {
    if (!"Linux".equals(System.getProperty("os.name")) || Native.POINTER_SIZE != Long.BYTES) {
      throw new UnsupportedOperationException(
          "os: "
              + System.getProperty("os.name")
              + ' '
              + System.getProperty("os.arch")
              + " (expected: Linux on a 64-bit machine)");
    }
    Native.register(Posix.class, NativeLibrary.getProcess());
  }

  private Posix() {}

  /** The error number of the last call of this thread. */
  public static int errno() {
    return Native.getLastError();
  }

  /** Before a call whose result does not tell whether it failed. */
  public static void forgetErrno() {
    Native.setLastError(0);
  }

  /**
   * Turns a failed call into an exception.
   *
   * @param call its name
   * @param result what it answered
   * @return the result, if it is not negative
   * @throws ErrnoException with {@link #errno} if the result is negative
   */
  public static int check(String call, int result) throws ErrnoException {
    if (result < 0) {
      throw new ErrnoException(call, errno());
    }
    return result;
  }

  /**
   * Looks for a function that not every C library has.
   *
   * @param name its name
   * @return null where there is none
   */
  static @Nullable Function optional(String name) {
    try {
      return NativeLibrary.getProcess().getFunction(name);
    } catch (UnsatisfiedLinkError e) {
      return null;
    }
  }

  // processes

  static native int posix_spawn(
      Pointer pid, String path, Pointer actions, Pointer attributes, Pointer argv, Pointer envp);

  static native int posix_spawn_file_actions_init(Pointer actions);

  static native int posix_spawn_file_actions_destroy(Pointer actions);

  static native int posix_spawn_file_actions_adddup2(Pointer actions, int from, int to);

  static native int posix_spawn_file_actions_addclose(Pointer actions, int fd);

  static native int posix_spawn_file_actions_addopen(
      Pointer actions, int fd, String path, int flags, int mode);

  static native int posix_spawnattr_init(Pointer attributes);

  static native int posix_spawnattr_destroy(Pointer attributes);

  static native int posix_spawnattr_setflags(Pointer attributes, short flags);

  static native int posix_spawnattr_setsigmask(Pointer attributes, Pointer set);

  static native int sigemptyset(Pointer set);

  static native int pthread_sigmask(int how, Pointer set, @Nullable Pointer before);

  static native int execve(String path, Pointer argv, Pointer envp);

  static native int waitpid(int pid, Pointer status, int options);

  static native int waitid(int idType, int id, Pointer information, int options);

  public static native int kill(int pid, int signal);

  /** The caller's thread, for {@link #pthread_kill}. */
  public static native long pthread_self();

  public static native int pthread_kill(long thread, int signal);

  public static native int getpid();

  public static native int getppid();

  public static native int getsid(int pid);

  public static native int prctl(int option, long a, long b, long c, long d);

  static native int sched_setaffinity(int pid, long bytes, Pointer set);

  static native int sched_getaffinity(int pid, long bytes, Pointer set);

  static native int setitimer(int which, Pointer value, @Nullable Pointer before);

  public static native int setpriority(int which, int who, int priority);

  public static native int getpriority(int which, int who);

  public static native long sysconf(int name);

  // descriptors and sockets

  public static native int close(int fd);

  public static native int dup2(int from, int to);

  public static native int fcntl(int fd, int command, long argument);

  public static native int open(String path, int flags, int mode);

  static native int socketpair(int domain, int type, int protocol, Pointer pair);

  static native int socket(int domain, int type, int protocol);

  static native int bind(int fd, Pointer address, int length);

  static native int listen(int fd, int backlog);

  static native int getsockname(int fd, Pointer address, Pointer length);

  static native int accept4(int fd, @Nullable Pointer address, @Nullable Pointer length, int flags);

  static native int setsockopt(int fd, int level, int option, Pointer value, int length);

  static native long send(int fd, byte[] data, long length, int flags);

  static native long recv(int fd, byte[] data, long length, int flags);

  static native int shutdown(int fd, int how);

  static native int poll(Pointer descriptors, long count, int timeoutMillis);

  // message queues

  static native int msgget(int key, int flags);

  static native int msgsnd(int queue, Pointer message, long bytes, int flags);

  static native long msgrcv(int queue, Pointer message, long bytes, long type, int flags);

  static native int msgctl(int queue, int command, @Nullable Pointer state);

  // privileges

  public static native int getuid();

  public static native int geteuid();

  public static native int getgid();

  public static native int setuid(int uid);

  public static native int setgid(int gid);

  public static native int initgroups(String user, int group);

  public static native int setgroups(long count, @Nullable Pointer groups);

  /** Answers a {@code struct passwd} that the next call overwrites, null if there is none. */
  public static native @Nullable Pointer getpwnam(String name);

  /** Answers a {@code struct group} that the next call overwrites, null if there is none. */
  public static native @Nullable Pointer getgrnam(String name);

  public static native int chroot(String directory);

  public static native int chdir(String directory);
}
