// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.process;

import io.swoole4j.internal.process.Frames;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InvalidClassException;
import java.io.ObjectInputFilter;
import java.io.ObjectInputStream;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A call as it came from a child, which is not trusted with every class of the class path. Used by
 * one thread at a time.
 */
final class CallInput extends DataInputStream {
  private final Predicate<Class<?>> allowed;

  /**
   * A call.
   *
   * @param payload its bytes
   * @param allowed which classes its objects may have
   */
  CallInput(byte[] payload, Predicate<Class<?>> allowed) {
    super(new ByteArrayInputStream(payload));
    this.allowed = allowed;
  }

  /**
   * The object that comes next.
   *
   * @throws IllegalArgumentException if it has a class that is not allowed, no method of which has
   *     run then, or is nested too deeply
   */
  Object object() throws IOException, ClassNotFoundException {
    Limits limits = new Limits(allowed);
    ObjectInputStream objects = new ObjectInputStream(this);
    objects.setObjectInputFilter(limits);
    try {
      return objects.readObject();
    } catch (InvalidClassException e) {
      if (limits.tooDeep) {
        throw new IllegalArgumentException(
            "data: nested more deeply than " + Limits.MAX_DEPTH + " (expected: at most that)", e);
      }
      Class<?> refused = limits.refused;
      if (refused == null) {
        throw e;
      }
      throw new IllegalArgumentException(
          "data: uses a " + refused.getName() + " (expected: a class that task_classes allows)", e);
    }
  }

  /** Keeps a few bytes from becoming more than the server has memory or stack for, too. */
  private static final class Limits implements ObjectInputFilter {
    /** Sets of sets that share theirs are hashed once for every way down to them. */
    private static final int MAX_DEPTH = 16;

    private final Predicate<Class<?>> allowed;
    private @Nullable Class<?> refused;
    private boolean tooDeep;
    private long elements;

    Limits(Predicate<Class<?>> allowed) {
      this.allowed = allowed;
    }

    @Override
    public Status checkInput(FilterInfo info) {
      elements += Math.max(0, info.arrayLength());
      tooDeep = info.depth() > MAX_DEPTH;
      if (tooDeep || elements > Frames.MAX_BYTES || info.references() > Frames.MAX_BYTES) {
        return Status.REJECTED;
      }
      Class<?> type = info.serialClass();
      if (type != null && !allowed.test(type)) {
        refused = type;
        return Status.REJECTED;
      }
      return Status.UNDECIDED;
    }
  }
}
