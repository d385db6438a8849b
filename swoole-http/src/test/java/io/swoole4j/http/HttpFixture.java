// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.swoole4j.server.SocketType;
import io.swoole4j.setting.Settings;
import io.swoole4j.testing.RawClient;
import io.swoole4j.testing.ServerVariant;
import java.io.ByteArrayOutputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** HTTP servers of the test matrix, and responses as a raw client reads them. */
final class HttpFixture {
  private HttpFixture() {}

  /** A server with two workers on a free port, not started. */
  static HttpServer server(ServerVariant variant, RequestHandler handler) {
    HttpServer server = new HttpServer("127.0.0.1", 0, variant.mode(), SocketType.TCP);
    variant.prepare(server).set(Settings.WORKER_NUM, 2);
    server.on(HttpEvent.REQUEST, handler);
    return server;
  }

  /**
   * A response as it was read.
   *
   * @param status the code
   * @param reason the words behind it
   * @param headers the last value of each header by its lower-case name, in their order
   * @param latin the content without transfer coding, each character one byte
   * @param trailers fields behind the content
   */
  record Reply(
      int status,
      String reason,
      Map<String, String> headers,
      String latin,
      Map<String, String> trailers) {

    byte[] body() {
      return latin.getBytes(ISO_8859_1);
    }

    String text() {
      return new String(body(), UTF_8);
    }
  }

  /**
   * Sends what the server may answer before it has arrived: it reads for a while after its answer,
   * and then closes.
   */
  static void sendUntilClosed(RawClient client, byte[] bytes) {
    sendUntilClosed(client, bytes, bytes.length);
  }

  /** The same in pieces. */
  static void sendUntilClosed(RawClient client, byte[] bytes, int size) {
    try {
      client.sendSlices(bytes, size);
    } catch (UncheckedIOException e) {
      // The answer is there all the same, which the caller reads.
      assertThat(e.getMessage()).containsAnyOf("reset", "Broken pipe");
    }
  }

  /** Reads one response to a request of that method. */
  static Reply read(RawClient client, String method) {
    String[] status = line(client).split(" ", 3);
    Map<String, String> headers = fields(client);
    int code = Integer.parseInt(status[1]);
    byte[] body = {};
    Map<String, String> trailers = Map.of();
    if (!method.equals("HEAD") && code >= 200 && code != 204 && code != 304) {
      if (headers.containsKey("content-length")) {
        body = client.readExactly(Integer.parseInt(headers.get("content-length")));
      } else if (headers.containsKey("transfer-encoding")) {
        body = chunks(client);
        trailers = fields(client);
      } else {
        body = client.readUntilEof();
      }
    }
    return new Reply(code, status[2], headers, new String(body, ISO_8859_1), trailers);
  }

  /** Reads one response to a GET. */
  static Reply read(RawClient client) {
    return read(client, "GET");
  }

  /** Asks for a path and reads the response. */
  static Reply get(RawClient client, String path) {
    return read(client.send("GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n"));
  }

  private static Map<String, String> fields(RawClient client) {
    Map<String, String> fields = new LinkedHashMap<>();
    for (String line = line(client); !line.isEmpty(); line = line(client)) {
      int colon = line.indexOf(':');
      fields.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
    return fields;
  }

  private static byte[] chunks(RawClient client) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (int size = size(client); size > 0; size = size(client)) {
      all.writeBytes(client.readExactly(size));
      client.readExactly(2);
    }
    return all.toByteArray();
  }

  private static int size(RawClient client) {
    return Integer.parseInt(line(client), 16);
  }

  private static String line(RawClient client) {
    String line = client.readUntil("\r\n");
    return new String(line.substring(0, line.length() - 2).getBytes(ISO_8859_1), ISO_8859_1);
  }
}
