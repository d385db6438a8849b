// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.examples;

import io.swoole4j.http.HttpEvent;
import io.swoole4j.http.HttpServer;
import io.swoole4j.http.Request;
import io.swoole4j.http.Response;
import io.swoole4j.server.Event;
import io.swoole4j.server.Server;
import io.swoole4j.server.ServerMode;
import io.swoole4j.server.SocketType;
import io.swoole4j.setting.Settings;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/**
 * Work that takes long, done where it holds up no other request: the handler detaches its response
 * and submits a task; the task worker takes the response over and answers. Try it with {@code curl
 * 'http://127.0.0.1:9501/?n=2000'}.
 */
final class HttpTasks implements Example {
  private static final int MOST = 20_000;

  /**
   * What a task needs of a request: no object of the handler's.
   *
   * @param fd the connection that waits
   * @param streamId its HTTP/2 stream, 0 without
   * @param number of what to compute the factorial
   */
  private record Work(long fd, int streamId, int number) {}

  @Override
  public String name() {
    return "http-tasks";
  }

  @Override
  public String summary() {
    return "computes factorials, ?n=NUMBER, on task workers that answer the request themselves";
  }

  @Override
  public Server server(String host, int port, ServerMode mode, SocketType type) {
    HttpServer http = new HttpServer(host, port, mode, type);
    http.set(Settings.TASK_WORKER_NUM, 2);
    http.on(HttpEvent.REQUEST, (request, response) -> submit(http, request, response));
    http.on(Event.TASK, (server, taskId, source, data) -> work(server, (Work) data));
    return http;
  }

  private static void submit(HttpServer http, Request request, Response response) {
    int number = number(request.get("n").orElse(""));
    if (number < 0) {
      response.status(400);
      response.end("n: a number of 0.." + MOST + " is missing\n");
      return;
    }
    response.detach();
    if (http.task(new Work(request.fd(), request.streamId(), number)) < 0) {
      // Too many tasks wait already: the response is still this one.
      response.status(503);
      response.header("Retry-After", "1");
      response.end("try again\n");
    }
  }

  private static int number(String text) {
    try {
      int number = Integer.parseInt(text);
      return number <= MOST ? number : -1;
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  /** On a task worker. */
  private static @Nullable Object work(Server server, Work work) {
    BigInteger product = BigInteger.ONE;
    for (int i = 2; i <= work.number(); i++) {
      product = product.multiply(BigInteger.valueOf(i));
    }
    String answer = product + "\n";
    // Nobody is left to answer if the client has gone meanwhile.
    Response.create(server, work.fd(), work.streamId())
        .ifPresent(
            response -> {
              response.header("Content-Type", "text/plain");
              response.end(answer);
            });
    return null;
  }
}
