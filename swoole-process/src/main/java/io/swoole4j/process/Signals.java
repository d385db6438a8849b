// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.process;

/** Numbers of signals on Linux, for {@link SwooleProcess#kill} and {@link SwooleProcess#signal}. */
public final class Signals {
  /** The terminal is gone. */
  public static final int SIGHUP = 1;

  /** Interrupt from the keyboard. */
  public static final int SIGINT = 2;

  /** Quit from the keyboard; a JVM prints its threads at it and goes on. */
  public static final int SIGQUIT = 3;

  /** End at once; cannot be handled. */
  public static final int SIGKILL = 9;

  /** For the user's purposes. */
  public static final int SIGUSR1 = 10;

  /** For the user's purposes; a JVM that does not handle it ignores it. */
  public static final int SIGUSR2 = 12;

  /** Nobody reads any more; a JVM ignores it. */
  public static final int SIGPIPE = 13;

  /** The timer of real time. */
  public static final int SIGALRM = 14;

  /** Please end. */
  public static final int SIGTERM = 15;

  /** A child has ended. */
  public static final int SIGCHLD = 17;

  /** Go on. */
  public static final int SIGCONT = 18;

  /** Stop; cannot be handled. */
  public static final int SIGSTOP = 19;

  /** The timer of processor time. */
  public static final int SIGVTALRM = 26;

  /** The timer of processor time with that of the kernel. */
  public static final int SIGPROF = 27;

  /** The terminal's size has changed. */
  public static final int SIGWINCH = 28;

  /** One of each number from 1, as the JDK calls it. */
  private static final String[] NAMES = {
    "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2",
    "PIPE", "ALRM", "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU",
    "XFSZ", "VTALRM", "PROF", "WINCH", "IO", "PWR", "SYS"
  };

  private Signals() {}

  /** The name without SIG. */
  static String name(int signo) {
    if (signo < 1 || signo > NAMES.length) {
      throw new IllegalArgumentException(
          "signo: " + signo + " (expected: 1 to " + NAMES.length + ')');
    }
    return NAMES[signo - 1];
  }
}
