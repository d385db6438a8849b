// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.testing;

import java.util.concurrent.ThreadLocalRandom;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/**
 * Chooses the seed of the random test order and prints it, so that a failure that depends on the
 * order can be repeated by passing the seed as a system property.
 */
public final class RandomOrderSeed implements LauncherSessionListener {

  private static final String PROPERTY = "junit.jupiter.execution.order.random.seed";

  /** Created by JUnit's service loading. */
  public RandomOrderSeed() {}

  @Override
  public void launcherSessionOpened(LauncherSession session) {
    String given = System.getProperty(PROPERTY);
    if (given == null || given.isBlank()) {
      String seed = Integer.toString(ThreadLocalRandom.current().nextInt(Integer.MAX_VALUE));
      System.setProperty(PROPERTY, seed);
      System.out.println("random test order: -D" + PROPERTY + "=" + seed);
    }
  }
}
