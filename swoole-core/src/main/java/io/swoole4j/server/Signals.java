// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * The signals a blocking start takes over, given back when it returns.
 *
 * <p>The JDK's only way to handle a signal is {@code sun.misc.Signal} of the module
 * jdk.unsupported; compiling against it draws a warning that cannot be suppressed, so it is called
 * by reflection.
 */
final class Signals implements AutoCloseable {
  private final Map<String, Object> before = new LinkedHashMap<>();
  private final Logger logger;

  private Signals(Logger logger) {
    this.logger = logger;
  }

  /**
   * Runs an action at each signal of a name; a JVM that keeps the signal to itself stays as it is.
   */
  static Signals install(Map<String, Runnable> actions, Logger logger) {
    Signals signals = new Signals(logger);
    actions.forEach(signals::install);
    return signals;
  }

  private void install(String signal, Runnable action) {
    try {
      Class<?> type = Class.forName("sun.misc.SignalHandler");
      Object handler =
          Proxy.newProxyInstance(
              Signals.class.getClassLoader(),
              new Class<?>[] {type},
              (proxy, method, arguments) -> handle(proxy, method, arguments, action));
      before.put(signal, handle(signal, handler));
    } catch (ReflectiveOperationException e) {
      logger.warn("signal {} cannot be handled", signal, e);
    }
  }

  private static @Nullable Object handle(
      Object proxy, Method method, Object[] arguments, Runnable action) {
    return switch (method.getName()) {
      case "equals" -> proxy == arguments[0];
      case "hashCode" -> System.identityHashCode(proxy);
      case "toString" -> "signal handler";
      default -> {
        action.run();
        yield null;
      }
    };
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
    before.forEach(
        (signal, handler) -> {
          try {
            handle(signal, handler);
          } catch (ReflectiveOperationException e) {
            logger.warn("signal {} cannot be given back", signal, e);
          }
        });
  }
}
