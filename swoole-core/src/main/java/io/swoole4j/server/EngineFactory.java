// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import io.swoole4j.internal.dispatch.Dispatcher;
import io.swoole4j.internal.dispatch.FunctionDispatcher;
import io.swoole4j.internal.lifecycle.EngineConfig;
import io.swoole4j.internal.net.InboundRules;
import io.swoole4j.internal.net.ListenerSpec;
import io.swoole4j.internal.net.TrafficCounters;
import io.swoole4j.internal.net.Transport;
import io.swoole4j.internal.util.Clock;
import io.swoole4j.internal.util.Logging;
import io.swoole4j.internal.util.ThrottledLogger;
import io.swoole4j.internal.util.VirtualThreads;
import io.swoole4j.internal.worker.CallbackRunner;
import io.swoole4j.internal.worker.Coroutines;
import io.swoole4j.internal.worker.RequestLimit;
import io.swoole4j.setting.Setting;
import io.swoole4j.setting.SettingValues;
import io.swoole4j.setting.Settings;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Reads the server's settings into what the life cycle needs, and says which of them have no
 * effect. Used by the starting thread.
 */
final class EngineFactory {
  private static final int USER_FUNCTION_MODE = 6;

  /** Up to this many requests a worker gets no grace by default. */
  private static final int LEAST_WITH_GRACE = 10;

  private final Server server;
  private final SettingValues settings;
  private final Logging logging;
  private final Logger logger;
  private @Nullable Transport transport;

  EngineFactory(Server server, SettingValues settings, Logging logging) {
    this.server = server;
    this.settings = settings;
    this.logging = logging;
    this.logger = logging.of(Server.class);
  }

  Logging logging() {
    return logging;
  }

  Transport transport() {
    Transport known = transport;
    if (known == null) {
      transport = known = Transport.of(settings.get(Settings.TRANSPORT), logging);
    }
    return known;
  }

  boolean isBase() {
    return server.mode() == ServerMode.BASE;
  }

  /** How many workers there are: in BASE mode one unless set, as in Swoole. */
  int workers() {
    return isBase() && !settings.isSet(Settings.WORKER_NUM) ? 1 : settings.get(Settings.WORKER_NUM);
  }

  int taskWorkers() {
    return settings.get(Settings.TASK_WORKER_NUM);
  }

  /** How many workers there are of both kinds. */
  int allWorkers() {
    return workers() + taskWorkers();
  }

  EngineConfig config(List<ListenerSpec> listeners, OsServices services, int userProcesses) {
    int workers = workers();
    int mode = settings.get(Settings.DISPATCH_MODE);
    boolean spreads = !isBase() && !keepsOrder(mode);
    warnAboutUselessSettings(spreads);
    boolean coroutines = settings.get(Settings.ENABLE_COROUTINE);
    if (coroutines && !VirtualThreads.areSupported()) {
      throw new IllegalStateException("enable_coroutine: true (expected: JDK 21 or newer)");
    }
    if (isBase() && settings.get(Settings.SEND_YIELD) && !coroutines) {
      throw new IllegalStateException(
          "send_yield: true (expected: false in BASE mode, whose workers are event loops and must"
              + " not wait)");
    }
    return new EngineConfig(
        isBase(),
        !isBase() || workers > 1 || taskWorkers() > 0 || userProcesses > 0,
        transport(),
        isBase() ? workers : settings.get(Settings.REACTOR_NUM),
        workers,
        taskWorkers(),
        listeners,
        settings.get(Settings.ENABLE_REUSE_PORT),
        settings.get(Settings.MAX_CONNECTION),
        settings.get(Settings.START_SESSION_ID),
        new InboundRules(
            !spreads || settings.get(Settings.ENABLE_UNSAFE_EVENT),
            spreads && settings.get(Settings.DISCARD_TIMEOUT_REQUEST),
            settings.get(Settings.MAX_QUEUED_BYTES),
            TimeUnit.NANOSECONDS.toMillis(nanos(Settings.CLOSE_STALL_TIME)),
            settings.get(Settings.MAX_CONNECTIONS_PER_IP),
            settings.get(Settings.MAX_ACCEPT_RATE)),
        counters -> dispatcher(mode, counters),
        nanos(Settings.MAX_WAIT_TIME),
        limit(Settings.MAX_REQUEST, Settings.MAX_REQUEST_GRACE),
        limit(Settings.TASK_MAX_REQUEST, Settings.TASK_MAX_REQUEST_GRACE),
        coroutines || settings.get(Settings.RELOAD_ASYNC),
        nanos(Settings.BLOCKED_CALLBACK_TIME),
        services.threadSetup(logger),
        runners(coroutines),
        logging,
        Clock.SYSTEM);
  }

  private CallbackRunner.Factory runners(boolean coroutines) {
    int max = settings.get(Settings.MAX_COROUTINE);
    boolean tasks = tasksAreCoroutines();
    return (threads, role) ->
        coroutines && (tasks || !role.startsWith("task-"))
            ? new Coroutines(max, threads, role)
            : CallbackRunner.INLINE;
  }

  /** Whether the tasks of a task worker run side by side. */
  boolean tasksAreCoroutines() {
    return settings.get(Settings.ENABLE_COROUTINE) && settings.get(Settings.TASK_ENABLE_COROUTINE);
  }

  /** Whether a send waits for room: with coroutines unless that was set, as in Swoole. */
  boolean sendsYield() {
    return settings.get(
        settings.isSet(Settings.SEND_YIELD) ? Settings.SEND_YIELD : Settings.ENABLE_COROUTINE);
  }

  private RequestLimit limit(Setting<Long> most, Setting<Long> grace) {
    long requests = settings.get(most);
    long byDefault = requests > LEAST_WITH_GRACE ? requests / 2 : 0;
    return new RequestLimit(requests, settings.isSet(grace) ? settings.get(grace) : byDefault);
  }

  long nanos(Setting<Double> setting) {
    return (long) (settings.get(setting) * TimeUnit.SECONDS.toNanos(1));
  }

  private boolean keepsOrder(int mode) {
    if (settings.find(Server.DISPATCH_FUNC).isPresent()) {
      return true;
    }
    if (mode == USER_FUNCTION_MODE) {
      throw new IllegalStateException("dispatch_mode: 6 (expected: a dispatch_func with it)");
    }
    return Dispatcher.ofMode(mode, () -> {}).keepsOrder();
  }

  private Dispatcher dispatcher(int mode, TrafficCounters counters) {
    ThrottledLogger noIdle = new ThrottledLogger(logger, Clock.SYSTEM);
    Dispatcher byMode =
        Dispatcher.ofMode(
            mode == USER_FUNCTION_MODE ? 2 : mode,
            () -> {
              counters.noIdleWorker.increment();
              noIdle.warn("[9007] no idle worker, consider a higher worker_num", workers());
            });
    Optional<DispatchFunction> function = settings.find(Server.DISPATCH_FUNC);
    if (function.isEmpty()) {
      return byMode;
    }
    DispatchFunction choice = function.get();
    return new FunctionDispatcher(
        (fd, kind, data) -> choice.dispatch(server, fd, kind.number(), data),
        byMode,
        new Complaints(logger));
  }

  /** Logs the mistakes of a dispatch function. */
  private static final class Complaints implements FunctionDispatcher.Complaints {
    private final Logger logger;
    private final ThrottledLogger invalid;

    Complaints(Logger logger) {
      this.logger = logger;
      this.invalid = new ThrottledLogger(logger, Clock.SYSTEM);
    }

    @Override
    public void threw(long fd, Throwable cause) {
      logger.error("dispatch_func threw for fd {}, dispatch_mode chooses", fd, cause);
    }

    @Override
    public void invalid(long fd, int answer) {
      invalid.warn("dispatch_func named no worker, dispatch_mode chooses", answer);
    }
  }

  private void warnAboutUselessSettings(boolean spreads) {
    new UselessSettings(server, logger).warnOfServer(settings);
    if (spreads && !settings.get(Settings.ENABLE_UNSAFE_EVENT)) {
      logger.warn(
          "dispatch_mode {} cannot keep the order of events: connect, close, bufferFull and"
              + " bufferEmpty are not called unless enable_unsafe_event is set",
          settings.get(Settings.DISPATCH_MODE));
    }
    TaskQueues.uselessWithout(settings, !server.processes().isEmpty()).stream()
        .filter(settings::isSet)
        .forEach(
            setting ->
                logger.warn(
                    "{}: has no effect without task workers and task_ipc_mode 2 or 3", setting));
    if (settings.isSet(Settings.CPU_AFFINITY_IGNORE) && !settings.get(Settings.OPEN_CPU_AFFINITY)) {
      logger.warn("cpu_affinity_ignore: has no effect without open_cpu_affinity");
    }
    if (isBase()) {
      List.of(
              Settings.REACTOR_NUM,
              Settings.DISPATCH_MODE,
              Server.DISPATCH_FUNC,
              Settings.MAX_QUEUED_BYTES,
              Settings.ENABLE_UNSAFE_EVENT,
              Settings.DISCARD_TIMEOUT_REQUEST)
          .stream()
          .filter(settings::isSet)
          .filter(setting -> !waitsInBase(setting))
          .forEach(setting -> logger.warn("{}: has no effect in BASE mode", setting));
    }
  }

  /** With coroutines, packets wait for their callbacks there as well. */
  private boolean waitsInBase(Setting<?> setting) {
    return setting.equals(Settings.MAX_QUEUED_BYTES) && settings.get(Settings.ENABLE_COROUTINE);
  }
}
