// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.swoole4j.server.Event;
import io.swoole4j.server.Server;
import io.swoole4j.server.ServerMode;
import io.swoole4j.server.SocketType;
import io.swoole4j.setting.Settings;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * Shows what is called when, and where: one line of JSON for each callback.
 *
 * <p>{@code worker} is the worker on whose thread the callback runs, -1 outside of the workers;
 * {@code ms} are milliseconds since the program began. What a client sends is echoed, but "throw"
 * makes the handler throw, "close" makes the server close the connection, "timer" is one of half a
 * second, "reload" renews the workers, "task" is a task for a task worker, and "message" goes to
 * another worker.
 */
final class EventLog implements Example {
  private static final long BEGIN = System.nanoTime();

  @Override
  public String name() {
    return "event-log";
  }

  @Override
  public String summary() {
    return "prints each callback as a line of JSON; send close, throw, timer, reload, task or message";
  }

  @Override
  public Server server(String host, int port, ServerMode mode, SocketType type) {
    Server server = new Server(host, port, mode, type);
    // For "task", and for "message" where there is one worker only.
    server.set(Settings.TASK_WORKER_NUM, 1);
    lifeOfTheServer(server);
    lifeOfAWorker(server);
    lifeOfAConnection(server);
    workOfTheWorkers(server);
    return server;
  }

  /** Standard output is for JSON alone, so that it can be piped into a JSON tool. */
  @Override
  public void listening(Server server, String where) {
    print(server, "start", "host", server.host(), "port", server.getPort());
    System.err.println(where);
  }

  private static void lifeOfTheServer(Server server) {
    server.on(Event.MANAGER_START, s -> print(s, "managerStart"));
    server.on(Event.BEFORE_RELOAD, s -> print(s, "beforeReload"));
    server.on(Event.AFTER_RELOAD, s -> print(s, "afterReload"));
    server.on(Event.BEFORE_SHUTDOWN, s -> print(s, "beforeShutdown"));
    server.on(Event.MANAGER_STOP, s -> print(s, "managerStop"));
    server.on(Event.SHUTDOWN, s -> print(s, "shutdown"));
  }

  private static void lifeOfAWorker(Server server) {
    server.on(Event.WORKER_START, (s, id) -> print(s, "workerStart", "workerId", id));
    server.on(Event.WORKER_EXIT, (s, id) -> print(s, "workerExit", "workerId", id));
    server.on(Event.WORKER_STOP, (s, id) -> print(s, "workerStop", "workerId", id));
    server.on(
        Event.WORKER_ERROR,
        (s, id, pid, exitCode, signal) ->
            print(s, "workerError", "workerId", id, "exitCode", exitCode));
    server.on(
        Event.ERROR,
        (s, event, fd, workerId, cause) ->
            print(s, "error", "fd", fd, "in", event.name(), "cause", cause));
  }

  private static void lifeOfAConnection(Server server) {
    server.on(
        Event.CONNECT, (s, fd, reactorId) -> print(s, "connect", "fd", fd, "reactorId", reactorId));
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          print(s, "receive", "fd", fd, "reactorId", reactorId, "bytes", data.length);
          respond(s, fd, data);
        });
    // In place of the reactor, -1 tells that the server closed the connection, not the client.
    server.on(
        Event.CLOSE, (s, fd, reactorId) -> print(s, "close", "fd", fd, "reactorId", reactorId));
    server.on(Event.BUFFER_FULL, (s, fd) -> print(s, "bufferFull", "fd", fd));
    server.on(Event.BUFFER_EMPTY, (s, fd) -> print(s, "bufferEmpty", "fd", fd));
  }

  private static void workOfTheWorkers(Server server) {
    server.on(
        Event.TASK,
        (s, taskId, from, data) -> {
          print(s, "task", "taskId", taskId, "from", from, "data", data);
          return "done";
        });
    server.on(
        Event.FINISH,
        (s, taskId, result) -> print(s, "finish", "taskId", taskId, "result", result));
    server.on(
        Event.PIPE_MESSAGE,
        (s, from, message) -> print(s, "pipeMessage", "from", from, "message", message));
  }

  private static void respond(Server server, long fd, byte[] data) {
    switch (new String(data, UTF_8).strip()) {
      case "throw" -> throw new IllegalStateException("a client asked for it");
      case "close" -> server.close(fd);
      case "reload" -> server.reload();
      case "task" -> server.task("of " + fd);
      case "message" -> server.sendMessage("of " + fd, server.workerId() == 0 ? 1 : 0);
      case "timer" -> server.after(500, () -> print(server, "timer"));
      default -> server.send(fd, data);
    }
  }

  /** Prints one line; arguments are names and values in turn. */
  private static void print(Server server, String event, Object... arguments) {
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - BEGIN);
    StringBuilder line = new StringBuilder("{");
    append(line, "ms", millis);
    append(line, "event", event);
    append(line, "worker", server.workerId());
    append(line, "thread", Thread.currentThread().getName());
    for (int i = 0; i < arguments.length; i += 2) {
      append(line, (String) arguments[i], arguments[i + 1]);
    }
    System.out.println(line.append('}'));
  }

  private static void append(StringBuilder line, String name, Object value) {
    line.append(line.length() > 1 ? "," : "").append(quoted(name)).append(':');
    line.append(value instanceof Number ? value : quoted(value.toString()));
  }

  /** ASCII, whatever the encoding of the terminal. */
  private static String quoted(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    text.chars()
        .forEach(
            c -> {
              if (c < ' ' || c > '~' || c == '"' || c == '\\') {
                quoted.append(String.format(Locale.ROOT, "\\u%04x", c));
              } else {
                quoted.append((char) c);
              }
            });
    return quoted.append('"').toString();
  }
}
