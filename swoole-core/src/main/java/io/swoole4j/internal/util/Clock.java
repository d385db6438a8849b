// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.util;

/** The one source of time of a server, so that tests can move it by hand. */
public interface Clock {
  /** The clock of the machine. */
  Clock SYSTEM =
      new Clock() {
        @Override
        public long wallMillis() {
          return System.currentTimeMillis();
        }

        @Override
        public long nanos() {
          return System.nanoTime();
        }
      };

  /** Milliseconds since the Unix epoch. */
  long wallMillis();

  /** Nanoseconds from an arbitrary origin; only differences mean something. */
  long nanos();
}
