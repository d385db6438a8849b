// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * The signals that blocking starts take over, given back when the last of them returns.
 *
 * <p>A process has one handler per signal, so this is one table for the whole JVM: each signal runs
 * the actions of all servers that wait for it, in whatever order they come and go.
 *
 * <p>The JDK's only way to handle a signal is {@code sun.misc.Signal} of the module
 * jdk.unsupported; compiling against it draws a warning that cannot be suppressed, so it is called
 * by reflection.
 */
final class Signals implements AutoCloseable {
  private static final Map<String, Taken> TAKEN = new HashMap<>();

  private final String signal;
  private final Runnable action;
  private final Logger logger;

  private Signals(String signal, Runnable action, Logger logger) {
    this.signal = signal;
    this.action = action;
    this.logger = logger;
  }

  /** A signal that is taken over: what to run, and what handled it before. */
  private static final class Taken {
    private final List<Runnable> actions = new ArrayList<>();
    private @Nullable Object before;
  }

  /**
   * Runs an action at each signal of a name, until this is closed; a JVM that keeps the signal to
   * itself stays as it is.
   */
  static Signals install(String signal, Runnable action, Logger logger) {
    Signals installed = new Signals(signal, action, logger);
    synchronized (TAKEN) {
      Taken taken = TAKEN.computeIfAbsent(signal, name -> new Taken());
      taken.actions.add(action);
      if (taken.actions.size() == 1) {
        try {
          taken.before = handle(signal, handler(signal));
        } catch (ReflectiveOperationException e) {
          logger.warn("signal {} cannot be handled", signal, e);
        }
      }
    }
    return installed;
  }

  private static Object handler(String signal) throws ClassNotFoundException {
    return Proxy.newProxyInstance(
        Signals.class.getClassLoader(),
        new Class<?>[] {Class.forName("sun.misc.SignalHandler")},
        (proxy, method, arguments) ->
            switch (method.getName()) {
              case "equals" -> proxy == arguments[0];
              case "hashCode" -> System.identityHashCode(proxy);
              case "toString" -> "handler of " + signal;
              default -> {
                actions(signal).forEach(Runnable::run);
                yield null;
              }
            });
  }

  private static List<Runnable> actions(String signal) {
    synchronized (TAKEN) {
      Taken taken = TAKEN.get(signal);
      return taken == null ? List.of() : List.copyOf(taken.actions);
    }
  }

  private static Object handle(String signal, Object handler) throws ReflectiveOperationException {
    Class<?> type = Class.forName("sun.misc.Signal");
    Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
    Object instance = type.getConstructor(String.class).newInstance(signal);
    try {
      return type.getMethod("handle", type, handlerType).invoke(null, instance, handler);
    } catch (InvocationTargetException e) {
      throw new ReflectiveOperationException(e.getCause());
    }
  }

  @Override
  public void close() {
    synchronized (TAKEN) {
      Taken taken = TAKEN.get(signal);
      if (taken == null || !taken.actions.remove(action) || !taken.actions.isEmpty()) {
        return;
      }
      TAKEN.remove(signal);
      Object before = taken.before;
      if (before != null) {
        try {
          handle(signal, before);
        } catch (ReflectiveOperationException e) {
          logger.warn("signal {} cannot be given back", signal, e);
        }
      }
    }
  }
}
