// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import io.swoole4j.setting.Setting;
import io.swoole4j.setting.SettingValues;
import io.swoole4j.setting.Settings;
import io.swoole4j.spi.Affinity;
import io.swoole4j.spi.Daemon;
import io.swoole4j.spi.Privileges;
import io.swoole4j.spi.TaskQueueFactory;
import io.swoole4j.spi.UserProcess;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.function.BiConsumer;
import org.slf4j.Logger;

/**
 * The settings that need the operating system, and the services behind them. A setting whose
 * service is missing fails the start. Used by the starting thread.
 */
final class OsServices {
  private final SettingValues settings;
  private final Optional<Daemon> daemon;
  private final Optional<Privileges> privileges;
  private final Optional<Affinity> affinity;
  private final Optional<TaskQueueFactory> taskQueues;

  OsServices(SettingValues settings) {
    this.settings = settings;
    this.daemon =
        settings.get(Settings.DAEMONIZE)
            ? Optional.of(service(Daemon.class, Settings.DAEMONIZE))
            : Optional.empty();
    Optional<Setting<String>> identity =
        List.of(Settings.USER, Settings.GROUP, Settings.CHROOT).stream()
            .filter(setting -> text(setting).isPresent())
            .findFirst();
    this.privileges = identity.map(setting -> service(Privileges.class, setting));
    privileges.ifPresent(
        service -> service.check(text(Settings.USER), text(Settings.GROUP), text(Settings.CHROOT)));
    this.affinity =
        settings.get(Settings.OPEN_CPU_AFFINITY)
            ? Optional.of(service(Affinity.class, Settings.OPEN_CPU_AFFINITY))
            : Optional.empty();
    affinity.ifPresent(service -> service.check(settings.get(Settings.CPU_AFFINITY_IGNORE)));
    this.taskQueues =
        TaskQueues.wanted(settings)
            ? Optional.of(service(TaskQueueFactory.class, Settings.TASK_IPC_MODE))
            : Optional.empty();
  }

  /** Refuses processes that could not be started any more once the server is confined. */
  void check(List<UserProcess> processes) {
    text(Settings.CHROOT)
        .map(Path::of)
        .ifPresent(root -> processes.forEach(process -> process.checkConfined(root)));
  }

  private Optional<String> text(Setting<String> setting) {
    return settings.find(setting).filter(value -> !value.isEmpty());
  }

  private <S> S service(Class<S> type, Setting<?> setting) {
    return ServiceLoader.load(type)
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalStateException(
                    setting
                        + ": "
                        + settings.find(setting).orElseThrow()
                        + " (expected: the artifact io.swoole4j:swoole-process, which provides "
                        + type.getSimpleName()
                        + ")"));
  }

  /** Goes into the background; does not return in the foreground. */
  void detach() {
    // Standard output belongs to log_file then, as in Swoole.
    Optional<Path> output = text(Settings.LOG_FILE).map(name -> Path.of(name).toAbsolutePath());
    try {
      daemon.ifPresent(service -> service.detach(output));
    } catch (RuntimeException e) {
      failed(e);
      throw e;
    }
  }

  /** Tells whoever has launched this process that the server listens. */
  void ready() {
    daemon.ifPresent(Daemon::ready);
  }

  /** Tells whoever has launched this process why the server does not. */
  void failed(Throwable cause) {
    daemon.ifPresent(service -> service.failed(cause));
  }

  void dropPrivileges() {
    privileges.ifPresent(
        service -> service.drop(text(Settings.USER), text(Settings.GROUP), text(Settings.CHROOT)));
  }

  /** The queue that tasks wait in, if they do not wait in memory. */
  Optional<TaskQueues> taskQueues(String host, int port, Logger logger) {
    return taskQueues.map(
        factory -> new TaskQueues(settings, factory, TaskQueues.defaultKey(host, port), logger));
  }

  /** What is to be run first on every reactor and worker thread. */
  BiConsumer<String, Integer> threadSetup(Logger logger) {
    if (affinity.isEmpty()) {
      return (role, number) -> {};
    }
    Affinity service = affinity.get();
    return (role, number) -> {
      try {
        service.pinCurrentThread(number);
      } catch (RuntimeException e) {
        logger.warn("open_cpu_affinity: {} {} is not pinned", role, number, e);
      }
    };
  }
}
