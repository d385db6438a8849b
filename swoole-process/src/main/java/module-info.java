// SPDX-License-Identifier: Apache-2.0
/** User processes that run in a JVM of their own, and services of the operating system. */
@SuppressWarnings("requires-automatic")
module io.swoole4j.process {
  exports io.swoole4j.process;

  requires com.sun.jna;
  requires java.management;
  requires transitive io.swoole4j.core;
  requires jdk.unsupported;
  requires org.slf4j;
  requires static transitive org.jspecify;

  provides io.swoole4j.spi.Affinity with
      io.swoole4j.internal.process.os.LinuxAffinity;
  provides io.swoole4j.spi.Daemon with
      io.swoole4j.internal.process.os.LinuxDaemon;
  provides io.swoole4j.spi.Privileges with
      io.swoole4j.internal.process.os.LinuxPrivileges;
  provides io.swoole4j.spi.TaskQueueFactory with
      io.swoole4j.internal.process.os.SystemVTaskQueues;
}
