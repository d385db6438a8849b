// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.http;

import static io.swoole4j.setting.Setting.bool;
import static io.swoole4j.setting.Setting.intSetting;
import static io.swoole4j.setting.Setting.seconds;
import static io.swoole4j.setting.Setting.size;

import io.swoole4j.setting.Scope;
import io.swoole4j.setting.Setting;
import java.util.List;

/** The settings of HTTP. */
public final class HttpSettings {
  private static final int KIB = 1024;
  private static final double DAY = 86_400;

  /** Whether a port speaks HTTP; set by {@link HttpServer}. */
  public static final Setting<Boolean> OPEN_HTTP_PROTOCOL =
      bool("open_http_protocol", false, "Whether the port speaks HTTP; true on an HttpServer")
          .withScope(Scope.PROTOCOL);

  /** Whether the form in a request's body is parsed. */
  public static final Setting<Boolean> HTTP_PARSE_POST =
      bool("http_parse_post", true, "Whether forms are parsed into post and files")
          .withScope(Scope.PORT);

  /** Whether the cookies of a request are parsed. */
  public static final Setting<Boolean> HTTP_PARSE_COOKIE =
      bool(
              "http_parse_cookie",
              true,
              "Whether cookies are parsed into cookie; the headers are without them then")
          .withScope(Scope.PORT);

  /** The most bytes of request line and headers together; more is answered with 414 or 431. */
  public static final Setting<Integer> HTTP_MAX_HEADER_SIZE =
      size(
              "http_max_header_size",
              256,
              1 << 20,
              8 * KIB,
              "Longest request line and headers together; above it 414 or 431; fixed in Swoole")
          .withScope(Scope.PORT);

  /** The most headers of a request; more are answered with 431. */
  public static final Setting<Integer> HTTP_MAX_HEADERS =
      intSetting(
              "http_max_headers",
              1,
              10_000,
              128,
              "Most headers of a request; above it 431; not in Swoole")
          .withScope(Scope.PORT);

  /** The most requests of one connection that are not answered; then it is not read. */
  public static final Setting<Integer> HTTP_MAX_PIPELINE =
      intSetting(
              "http_max_pipeline",
              1,
              10_000,
              64,
              "Requests of one connection that may be unanswered; above it the connection is not"
                  + " read; not in Swoole")
          .withScope(Scope.PORT);

  /** How long a client may take from a request's first byte to the end of its headers. */
  public static final Setting<Double> HTTP_HEADER_TIMEOUT =
      seconds(
              "http_header_timeout",
              0.1,
              DAY,
              20,
              "Longest time from the first byte of a request, or from the connection, to the end of"
                  + " its headers; then 408; not in Swoole")
          .withScope(Scope.PORT);

  /** How long a client may take over a small body. */
  public static final Setting<Double> HTTP_BODY_TIMEOUT =
      seconds(
              "http_body_timeout",
              0.1,
              DAY,
              30,
              "Longest time for the body of a request, beside what http_body_min_rate grants; then"
                  + " 408; not in Swoole")
          .withScope(Scope.PORT);

  /** How many bytes of a body earn the client another second for it. */
  public static final Setting<Integer> HTTP_BODY_MIN_RATE =
      size(
              "http_body_min_rate",
              1,
              1 << 30,
              KIB,
              "Bytes of a body that grant another second for it: its slowest speed in the long run;"
                  + " not in Swoole")
          .withScope(Scope.PORT);

  /** How long a connection may be without a request. */
  public static final Setting<Double> HTTP_KEEPALIVE_TIMEOUT =
      seconds(
              "http_keepalive_timeout",
              0.1,
              DAY,
              75,
              "Longest time between a response and the next request; then the connection is closed;"
                  + " not in Swoole")
          .withScope(Scope.PORT);

  /** How long a client may take nothing of a response. */
  public static final Setting<Double> HTTP_WRITE_TIMEOUT =
      seconds(
              "http_write_timeout",
              0.1,
              DAY,
              60,
              "Longest time in which a client takes nothing of what is sent to it; then the"
                  + " connection is reset; not in Swoole")
          .withScope(Scope.PORT);

  private static final List<Setting<?>> ALL =
      List.of(
          OPEN_HTTP_PROTOCOL,
          HTTP_PARSE_POST,
          HTTP_PARSE_COOKIE,
          HTTP_MAX_HEADER_SIZE,
          HTTP_MAX_HEADERS,
          HTTP_MAX_PIPELINE,
          HTTP_HEADER_TIMEOUT,
          HTTP_BODY_TIMEOUT,
          HTTP_BODY_MIN_RATE,
          HTTP_KEEPALIVE_TIMEOUT,
          HTTP_WRITE_TIMEOUT);

  private HttpSettings() {}

  /**
   * The settings of HTTP.
   *
   * @return all constants of this class
   */
  public static List<Setting<?>> all() {
    return ALL;
  }
}
