// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.testing;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;

/** Keeps off the console what a test expects to be logged, so that what is printed matters. */
public final class ExpectedEventFilter extends Filter<ILoggingEvent> {

  /** Created by Logback from {@code logback-test.xml}. */
  public ExpectedEventFilter() {}

  @Override
  public FilterReply decide(ILoggingEvent event) {
    return ErrorLogGuard.isExpected(event) ? FilterReply.DENY : FilterReply.NEUTRAL;
  }
}
