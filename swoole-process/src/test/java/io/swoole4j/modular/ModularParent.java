// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.modular;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.swoole4j.process.SwooleProcess;
import io.swoole4j.server.Event;
import io.swoole4j.server.Server;
import io.swoole4j.setting.Settings;

/**
 * Starts a child and a server with another, and prints what they say: which modules they and their
 * library are of.
 */
public final class ModularParent {
  private ModularParent() {}

  private static String modules() {
    return ModularParent.class.getModule().isNamed()
        + " "
        + SwooleProcess.class.getModule().getName();
  }

  /** Run by {@link ModulePathTest}. */
  public static void main(String[] arguments) {
    String word = "captured";
    SwooleProcess process =
        new SwooleProcess(
            child -> {
              child.setTimeout(30);
              child.write(word + " " + modules());
            });
    process.start();
    System.out.println(new String(process.read().orElseThrow(), UTF_8));
    process.close();
    System.out.println(SwooleProcess.wait(true).orElseThrow().code());

    Server server = new Server("127.0.0.1", 0);
    // a service of the operating system, which has to be found
    server.set(Settings.OPEN_CPU_AFFINITY, true).set(Settings.WORKER_NUM, 1);
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> {});
    server.on(
        Event.PIPE_MESSAGE,
        (s, source, message) -> {
          System.out.println(message);
          s.shutdown();
        });
    server.addProcess(
        new SwooleProcess(
            child -> {
              Object workers = child.server().stats().get("worker_num");
              child.server().sendMessage("added " + modules() + " " + workers, 0);
              child.read();
            }));
    server.start();
  }
}
