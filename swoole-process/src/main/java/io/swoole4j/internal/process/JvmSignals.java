// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.process;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.Map;
import java.util.function.IntConsumer;

/**
 * Signals that reach Java code. The JDK's only way is {@code sun.misc.Signal}; compiling against it
 * draws a warning that cannot be suppressed, so it is called by reflection. Any thread.
 */
public final class JvmSignals {
  /** What handled a signal before the first action was given to it; guards every change. */
  private static final Map<String, Object> BEFORE = new HashMap<>();

  private JvmSignals() {}

  /**
   * Gives a signal back to the operating system: what ends a process by default does so at once,
   * and its parent sees the signal instead of a code that the JVM makes of it.
   *
   * @param name without SIG
   */
  public static void restoreDefault(String name) {
    try {
      install(name, handlerType().getField("SIG_DFL").get(null));
    } catch (ReflectiveOperationException | IllegalArgumentException e) {
      throw new IllegalStateException("signal: " + name + " (expected: one to restore)", e);
    }
  }

  /**
   * Runs an action at each signal, on a thread of its own each time.
   *
   * @param name without SIG
   * @param action gets the number
   * @throws IllegalArgumentException if the JVM does not give this signal away
   */
  public static void handle(String name, IntConsumer action) {
    try {
      Class<?> type = handlerType();
      Object handler =
          Proxy.newProxyInstance(
              JvmSignals.class.getClassLoader(),
              new Class<?>[] {type},
              (proxy, method, arguments) ->
                  switch (method.getName()) {
                    case "equals" -> proxy == arguments[0];
                    case "hashCode" -> System.identityHashCode(proxy);
                    case "toString" -> "handler of " + name;
                    default -> {
                      action.accept(number(arguments[0]));
                      yield null;
                    }
                  });
      if (name.equals("CHLD")) {
        // With the first program that the JDK starts it loads this, which takes the signal back.
        Class.forName("java.lang.ProcessImpl");
      }
      synchronized (BEFORE) {
        BEFORE.putIfAbsent(name, install(name, handler));
      }
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("signal: " + name + " (expected: jdk.unsupported)", e);
    }
  }

  /**
   * Lets a signal be handled as before the first action, once the JVM has taken one that was sent
   * already; whether the action still gets that one is open.
   *
   * @param name without SIG
   * @return false if there was no action
   */
  public static boolean giveBack(String name) {
    try {
      synchronized (BEFORE) {
        if (!BEFORE.containsKey(name)) {
          return false;
        }
      }
      PendingSignals.awaitTaken(number(signal(name)));
      synchronized (BEFORE) {
        Object before = BEFORE.remove(name);
        if (before == null) {
          return false;
        }
        install(name, before);
        return true;
      }
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("signal: " + name + " (expected: one to give back)", e);
    }
  }

  private static int number(Object signal) throws ReflectiveOperationException {
    return (int) signal.getClass().getMethod("getNumber").invoke(signal);
  }

  private static Class<?> handlerType() throws ClassNotFoundException {
    return Class.forName("sun.misc.SignalHandler");
  }

  private static Object signal(String name) throws ReflectiveOperationException {
    return Class.forName("sun.misc.Signal").getConstructor(String.class).newInstance(name);
  }

  private static Object install(String name, Object handler) throws ReflectiveOperationException {
    Class<?> type = Class.forName("sun.misc.Signal");
    try {
      Object signal = signal(name);
      return type.getMethod("handle", type, handlerType()).invoke(null, signal, handler);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof IllegalArgumentException refused) {
        throw refused;
      }
      throw e;
    }
  }
}
