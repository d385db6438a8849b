// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.process;

import io.swoole4j.internal.process.posix.ErrnoException;
import io.swoole4j.internal.process.posix.Socket;
import io.swoole4j.internal.process.posix.Spawn;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.lang.invoke.SerializedLambda;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Puts together what a child JVM needs and starts it. Any thread. */
public final class Launcher {
  private static final AtomicInteger THREADS = new AtomicInteger();

  private Launcher() {}

  /** Makes daemon threads for children that belong to no server. */
  public static Thread thread(Runnable task) {
    Thread thread = new Thread(task, "swoole-process-child-" + THREADS.incrementAndGet());
    thread.setDaemon(true);
    return thread;
  }

  /**
   * Serialises a body.
   *
   * @param name what the caller calls it
   * @param body the body
   * @return its bytes
   * @throws IllegalArgumentException if something in it is not serialisable, or of a class that a
   *     child cannot find
   */
  public static byte[] serialize(String name, ChildBody body) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    write(name, body, bytes);
    return bytes.toByteArray();
  }

  /**
   * What Java writes in place of a lambda.
   *
   * @param name what the caller calls it
   * @param object the lambda
   * @return empty if it is none, or of a named module, whose lambdas only Java itself can read
   * @throws IllegalArgumentException as {@link #serialize}
   */
  public static Optional<SerializedLambda> lambda(String name, Serializable object) {
    Class<?> type = object.getClass();
    return type.isHidden() && !type.getModule().isNamed()
        ? Optional.ofNullable(write(name, object, new ByteArrayOutputStream()))
        : Optional.empty();
  }

  private static @Nullable SerializedLambda write(
      String name, Object object, ByteArrayOutputStream bytes) {
    try (CheckedOutput out = new CheckedOutput(bytes, name)) {
      out.writeObject(object);
      return out.lambda;
    } catch (NotSerializableException e) {
      throw new IllegalArgumentException(
          name + ": uses a " + e.getMessage() + " (expected: only what is Serializable)", e);
    } catch (IOException e) {
      throw new IllegalArgumentException(name + ": cannot be serialised", e);
    }
  }

  /** Refuses what was loaded by a class loader that a child does not have. */
  private static final class CheckedOutput extends ObjectOutputStream {
    private final String name;

    /** The first that was written. */
    private @Nullable SerializedLambda lambda;

    CheckedOutput(ByteArrayOutputStream bytes, String name) throws IOException {
      super(bytes);
      this.name = name;
      enableReplaceObject(true);
    }

    @Override
    protected Object replaceObject(Object object) {
      if (lambda == null && object instanceof SerializedLambda first) {
        lambda = first;
      }
      return object;
    }

    @Override
    protected void annotateClass(Class<?> type) {
      check(type);
    }

    private void check(Class<?> type) {
      Class<?> element = type;
      while (element.isArray()) {
        element = element.getComponentType();
      }
      if (element.isPrimitive()) {
        return;
      }
      try {
        if (Class.forName(element.getName(), false, ClassLoader.getSystemClassLoader())
            == element) {
          return;
        }
      } catch (ClassNotFoundException e) {
        // refused below
      }
      throw new IllegalArgumentException(
          name + ": uses class " + element.getName() + " (expected: one of the class path)");
    }
  }

  /** A child that is being put together. Owned by the thread that starts it. */
  public static final class Launch {
    private final Spawn spawn;

    /**
     * A child.
     *
     * @param options options of its JVM
     */
    public Launch(List<String> options) {
      spawn = JavaCommand.of(ChildMain.class.getName(), options);
    }

    /** Gives it a descriptor. */
    public Launch with(int number, Socket socket) {
      socket.passTo(spawn, number);
      return this;
    }

    /** Makes what it reads and prints go through a socket. */
    public Launch redirect(Socket socket) {
      socket.passTo(spawn, 0);
      socket.passTo(spawn, 1);
      return this;
    }

    /** Gives it the null device for a descriptor. */
    public Launch without(int number) {
      spawn.nullDevice(number);
      return this;
    }

    /**
     * Starts it.
     *
     * @param boot what it is told
     * @param threads makes the thread that looks after it
     * @param made is given the child before that is told anything, by the time this returns
     * @return the child
     * @throws ErrnoException if the operating system refuses
     */
    public Child start(Boot boot, ThreadFactory threads, Consumer<Child> made)
        throws ErrnoException {
      return Child.start(spawn, boot, threads, made);
    }
  }
}
