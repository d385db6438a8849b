// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.util;

import org.slf4j.event.Level;
import org.slf4j.helpers.AbstractLogger;
import org.slf4j.helpers.LegacyAbstractLogger;

/** A logger that decides by one rule for all levels. Safe from any thread. */
abstract class LevelLogger extends LegacyAbstractLogger {
  private static final long serialVersionUID = 1L;

  LevelLogger(String name) {
    this.name = name;
  }

  /** Whether lines of a level are written. */
  abstract boolean passes(Level level);

  @Override
  protected String getFullyQualifiedCallerName() {
    // Its methods are what callers call.
    return AbstractLogger.class.getName();
  }

  @Override
  public boolean isTraceEnabled() {
    return passes(Level.TRACE);
  }

  @Override
  public boolean isDebugEnabled() {
    return passes(Level.DEBUG);
  }

  @Override
  public boolean isInfoEnabled() {
    return passes(Level.INFO);
  }

  @Override
  public boolean isWarnEnabled() {
    return passes(Level.WARN);
  }

  @Override
  public boolean isErrorEnabled() {
    return passes(Level.ERROR);
  }
}
