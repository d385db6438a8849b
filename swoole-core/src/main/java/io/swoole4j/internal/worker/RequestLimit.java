// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.worker;

import java.util.concurrent.ThreadLocalRandom;

/**
 * After how many requests a worker is renewed. Immutable.
 *
 * @param most the number; 0 for no limit
 * @param grace up to how many more a worker may be given by chance, so that not all are renewed at
 *     the same time; 0 for none
 */
public record RequestLimit(long most, long grace) {
  /** Workers that are never renewed for this reason. */
  public static final RequestLimit NONE = new RequestLimit(0, 0);

  /**
   * The limit of one incarnation.
   *
   * @return a number of requests; 0 for no limit
   */
  long draw() {
    if (most == 0 || grace == 0) {
      return most;
    }
    return most + ThreadLocalRandom.current().nextLong(1, grace + 1);
  }
}
