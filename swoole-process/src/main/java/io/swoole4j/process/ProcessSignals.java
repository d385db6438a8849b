// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.process;

import io.swoole4j.internal.process.JvmSignals;
import io.swoole4j.internal.process.LastError;
import io.swoole4j.internal.process.PendingSignals;
import io.swoole4j.internal.process.posix.Errno;
import io.swoole4j.internal.process.posix.ErrnoException;
import io.swoole4j.internal.process.posix.IntervalTimer;
import io.swoole4j.spi.Alarms;
import io.swoole4j.spi.CallingThread;
import io.swoole4j.timer.Timer;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The signal handlers and interval timers of this JVM. Any thread. */
final class ProcessSignals {
  private static final Set<Integer> OWNED_BY_SERVER = Set.of(Signals.SIGTERM, Signals.SIGALRM);

  /** What alarms of each type send. */
  private static final List<Integer> SENT =
      List.of(Signals.SIGALRM, Signals.SIGVTALRM, Signals.SIGPROF);

  /** Held while a handler runs. */
  private static final Object TURN = new Object();

  /** The types of alarms that are set; guarded by itself. */
  private static final BitSet ALARMS = new BitSet();

  private ProcessSignals() {}

  static boolean handle(int signo, @Nullable SignalHandler handler) {
    String name = Signals.name(signo);
    if (OWNED_BY_SERVER.contains(signo) && CallingThread.belongsToServer()) {
      throw new IllegalStateException("signo: SIG" + name + " (expected: others inside a server)");
    }
    try {
      if (handler != null) {
        JvmSignals.handle(name, number -> run(handler, number));
        return true;
      }
      if (JvmSignals.giveBack(name)) {
        return true;
      }
      LastError.set(Errno.EINVAL);
      return false;
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "signo: SIG" + name + " (expected: one that a JVM can handle)", e);
    }
  }

  private static void run(SignalHandler handler, int number) {
    synchronized (TURN) {
      try {
        handler.onSignal(number);
      } catch (Exception e) {
        SwooleProcess.logger().error("handler of signal {} threw", number, e);
      }
    }
  }

  static boolean alarm(long micros, int type) {
    if (type < 0 || type >= SENT.size()) {
      throw new IllegalArgumentException("type: " + type + " (expected: 0, 1 or 2)");
    }
    if (micros > 0 && !Timer.list().isEmpty()) {
      throw new IllegalStateException("alarm: timers run (expected: none of Timer beside it)");
    }
    try {
      boolean ends;
      synchronized (ALARMS) {
        IntervalTimer.set(type, Math.max(0, micros));
        ends = ALARMS.get(type) && micros <= 0;
        ALARMS.set(type, micros > 0);
        Alarms.run(!ALARMS.isEmpty());
      }
      if (ends) {
        PendingSignals.awaitTaken(SENT.get(type));
      }
      return true;
    } catch (ErrnoException e) {
      LastError.set(e);
      return false;
    }
  }
}
