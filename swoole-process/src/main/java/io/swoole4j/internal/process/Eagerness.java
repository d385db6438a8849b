// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.process;

/**
 * Whether a reader looks for what it reads a while before it sleeps. Where two processes talk in
 * turns on a machine with nothing else to do, waking each other takes longer than all the rest;
 * looking pays where the last wait was short, and is given up for longer each time it was in vain.
 * Any thread; what threads overwrite of each other costs a look more or less.
 */
final class Eagerness {
  /** How long to look. */
  private static final long LOOK_NANOS = 50_000;

  /** A wait of no more is one that looking might have saved. */
  private static final long SHORT_NANOS = 200_000;

  /** So many short waits are slept through at most after looking in vain. */
  private static final int LONGEST_REST = 1024;

  /** With a single processor it is the other process that looking keeps waiting. */
  private static final boolean CAN_PAY = Runtime.getRuntime().availableProcessors() > 1;

  /** Something to look for. */
  @FunctionalInterface
  interface Look<E extends Exception> {
    /** Whether it is there. */
    boolean found() throws E;
  }

  private final boolean canPay;
  private boolean eager;
  private int rest;
  private int nextRest = 1;

  /** That of a reader who has not waited yet. */
  Eagerness() {
    this(CAN_PAY);
  }

  /** The same on a machine where looking can pay, or cannot. */
  Eagerness(boolean canPay) {
    this.canPay = canPay;
  }

  /** Looks for a while, if that is likely to pay; false if it was not found. */
  <E extends Exception> boolean find(Look<E> look) throws E {
    if (!eager) {
      return false;
    }
    long since = System.nanoTime();
    do {
      if (look.found()) {
        nextRest = 1;
        return true;
      }
      Thread.onSpinWait();
    } while (System.nanoTime() - since < LOOK_NANOS);
    eager = false;
    rest = nextRest;
    nextRest = Math.min(LONGEST_REST, nextRest * 2);
    return false;
  }

  /** Learns from a wait. */
  void waited(long nanos) {
    if (nanos > SHORT_NANOS || !canPay) {
      return;
    }
    if (rest > 0) {
      rest--;
    } else {
      eager = true;
    }
  }
}
