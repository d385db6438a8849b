// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.http;

import static io.swoole4j.setting.Setting.bool;
import static io.swoole4j.setting.Setting.choice;
import static io.swoole4j.setting.Setting.intSetting;
import static io.swoole4j.setting.Setting.map;
import static io.swoole4j.setting.Setting.seconds;
import static io.swoole4j.setting.Setting.size;
import static io.swoole4j.setting.Setting.string;
import static io.swoole4j.setting.Setting.stringList;

import io.swoole4j.setting.Scope;
import io.swoole4j.setting.Setting;
import java.util.List;
import java.util.Map;

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

  /**
   * How long a client may take nothing of a response, and how long one that has ended its side may
   * be sent nothing.
   */
  public static final Setting<Double> HTTP_WRITE_TIMEOUT =
      seconds(
              "http_write_timeout",
              0.1,
              DAY,
              60,
              "Longest time in which a client takes nothing of what is sent to it; then the"
                  + " connection is reset. Also the longest in which one that has ended its side is"
                  + " sent nothing; then it is closed. Not in Swoole")
          .withScope(Scope.PORT);

  /** Whether files of forms are by property, as in PHP, or each an object of its own. */
  public static final Setting<Boolean> HTTP_PARSE_FILES =
      bool(
              "http_parse_files",
              false,
              "Whether files has a map for each property of nested names, as PHP has, instead of an"
                  + " object for each file")
          .withScope(Scope.PORT);

  /** Where uploaded files go. */
  public static final Setting<String> UPLOAD_TMP_DIR =
      string(
              "upload_tmp_dir",
              System.getProperty("java.io.tmpdir", "/tmp"),
              "Directory for the temporary files of uploads; has to exist")
          .withDocumented("a directory", "the system's, such as /tmp")
          .withScope(Scope.PORT);

  /** How large an uploaded file may be that is larger than a packet; 0 for none. */
  public static final Setting<Integer> UPLOAD_MAX_FILESIZE =
      size(
              "upload_max_filesize",
              0,
              Integer.MAX_VALUE,
              0,
              "Largest file of a form; above it 413; forms with files may then be larger than"
                  + " package_max_length and are read as they arrive; 0 for off")
          .withScope(Scope.PORT);

  /** Whether bodies that clients have compressed are inflated. */
  public static final Setting<Boolean> HTTP_BODY_DECOMPRESSION =
      bool(
              "http_body_decompression",
              false,
              "Whether bodies of requests with a Content-Encoding are inflated, up to"
                  + " package_max_length; not in Swoole")
          .withScope(Scope.PORT);

  /** Whether responses are compressed. */
  public static final Setting<Boolean> HTTP_COMPRESSION =
      bool("http_compression", true, "Whether whole responses are compressed for clients that ask")
          .withScope(Scope.PORT);

  /** How hard to try. */
  public static final Setting<Integer> HTTP_COMPRESSION_LEVEL =
      intSetting(
              "http_compression_level",
              0,
              255,
              1,
              "Compression level; at most 9 counts for gzip and deflate, 11 for br, 22 for zstd")
          .withAliases("compression_level", "http_gzip_level")
          .withScope(Scope.PORT);

  /** The smallest response that is compressed. */
  public static final Setting<Integer> COMPRESSION_MIN_LENGTH =
      size("compression_min_length", 0, 1 << 30, 20, "Smallest response that is compressed")
          .withAliases("http_compression_min_length")
          .withScope(Scope.PORT);

  /** The media types that are compressed. */
  public static final Setting<List<String>> HTTP_COMPRESSION_TYPES =
      stringList("http_compression_types", "Media types that are compressed; none for all")
          .withAliases("compression_types")
          .withScope(Scope.PORT);

  /** The file that requests are logged in; empty for none. */
  public static final Setting<String> HTTP_ACCESS_LOG =
      string(
              "http_access_log",
              "",
              "File that gets a line for each request, appended to and made anew when it is"
                  + " renamed; empty for none; not in Swoole")
          .withScope(Scope.PORT);

  /** How the access log is written. */
  public static final Setting<String> HTTP_ACCESS_LOG_FORMAT =
      choice(
              "http_access_log_format",
              List.of("combined", "json"),
              "combined",
              "Format of the access log; not in Swoole")
          .withScope(Scope.PORT);

  /** Whether files are served without the request handler. */
  public static final Setting<Boolean> ENABLE_STATIC_HANDLER =
      bool(
              "enable_static_handler",
              false,
              "Whether files below document_root are sent without calling the request handler")
          .withScope(Scope.PORT);

  /** Where static files are. */
  public static final Setting<String> DOCUMENT_ROOT =
      string("document_root", "", "Directory of static files; has to exist").withScope(Scope.PORT);

  /** Which paths are for static files alone. */
  public static final Setting<List<String>> STATIC_HANDLER_LOCATIONS =
      stringList(
              "static_handler_locations",
              "Paths that are for static files alone, where a missing file is a 404; none for every"
                  + " path, with missing files left to the request handler")
          .withScope(Scope.PORT);

  /** Which files stand for their directory. */
  public static final Setting<List<String>> HTTP_INDEX_FILES =
      stringList("http_index_files", "Names of files that are sent for their directory")
          .withScope(Scope.PORT);

  /** Whether directories are listed. */
  public static final Setting<Boolean> HTTP_AUTOINDEX =
      bool("http_autoindex", false, "Whether the files of a directory without index are listed")
          .withScope(Scope.PORT);

  /** Whether links may lead out of the document root. */
  public static final Setting<Boolean> STATIC_HANDLER_FOLLOW_SYMLINKS =
      bool(
              "static_handler_follow_symlinks",
              false,
              "Whether symbolic links may lead out of document_root; not in Swoole")
          .withScope(Scope.PORT);

  /** Whether compressed files beside the ones asked for are sent. */
  public static final Setting<Boolean> STATIC_HANDLER_PRECOMPRESSED =
      bool(
              "static_handler_precompressed",
              true,
              "Whether a .br or .gz file that is not older is sent in place of the file beside it;"
                  + " not in Swoole")
          .withScope(Scope.PORT);

  /** What paths become before a static file is looked for. */
  public static final Setting<Map<String, Object>> URL_REWRITE_RULES =
      map(
              "url_rewrite_rules",
              "What the paths of static files become: the beginning of a path, or a regular"
                  + " expression between tildes, and what is put in its place, $1 for its first"
                  + " group; the first that fits, in the order of the map. Request handlers get the"
                  + " path as it was sent")
          .withScope(Scope.PORT);

  /** Whether a port speaks HTTP/2 beside HTTP/1. */
  public static final Setting<Boolean> OPEN_HTTP2_PROTOCOL =
      bool(
              "open_http2_protocol",
              false,
              "Whether the port speaks HTTP/2 too: by ALPN with TLS, else by prior knowledge or"
                  + " Upgrade: h2c; implies open_http_protocol")
          .withScope(Scope.PROTOCOL);

  /** The HPACK table for what clients send. */
  public static final Setting<Integer> HTTP2_HEADER_TABLE_SIZE =
      size(
              "http2_header_table_size",
              0,
              1 << 20,
              4 * KIB,
              "HPACK table that clients may use for the fields of requests")
          .withScope(Scope.PORT);

  /** Whether clients may push; they may not. */
  public static final Setting<Boolean> HTTP2_ENABLE_PUSH =
      bool(
              "http2_enable_push",
              false,
              "Refused when true: only clients allow push, and to servers, which this one does not"
                  + " use")
          .withScope(Scope.PORT);

  /** The most requests of one HTTP/2 connection that are not answered; more are refused. */
  public static final Setting<Integer> HTTP2_MAX_CONCURRENT_STREAMS =
      intSetting(
              "http2_max_concurrent_streams",
              1,
              100_000,
              128,
              "Requests of one HTTP/2 connection that may be unanswered, WebSocket connections on"
                  + " it among them; a further one is refused with REFUSED_STREAM")
          .withScope(Scope.PORT);

  /** How much of a body clients may send ahead. */
  public static final Setting<Integer> HTTP2_INIT_WINDOW_SIZE =
      size(
              "http2_init_window_size",
              1,
              Integer.MAX_VALUE,
              64 * KIB - 1,
              "Bytes of a request's body that an HTTP/2 client may send ahead; above the default"
                  + " for the connection as a whole too")
          .withScope(Scope.PORT);

  /** The longest frame that clients may send. */
  public static final Setting<Integer> HTTP2_MAX_FRAME_SIZE =
      size(
              "http2_max_frame_size",
              16 * KIB,
              (1 << 24) - 1,
              16 * KIB,
              "Longest frame that HTTP/2 clients may send")
          .withScope(Scope.PORT);

  /** How large the fields of a request may be, as HTTP/2 counts. */
  public static final Setting<Integer> HTTP2_MAX_HEADER_LIST_SIZE =
      size(
              "http2_max_header_list_size",
              0,
              Integer.MAX_VALUE,
              0,
              "Fields of an HTTP/2 request together, with 32 bytes for each; above it 431, far above"
                  + " it the end of the connection; 0 for http_max_header_size and 32 bytes for each"
                  + " of http_max_headers")
          .withScope(Scope.PORT);

  /** The most fields of a request of HTTP/2. */
  public static final Setting<Integer> HTTP2_MAX_HEADERS =
      intSetting(
              "http2_max_headers",
              1,
              10_000,
              1000,
              "Most fields of an HTTP/2 request, cookies in crumbs; above it 431")
          .withScope(Scope.PORT);

  /** The most requests of the whole server that are not answered; more are answered with 503. */
  public static final Setting<Integer> MAX_CONCURRENCY =
      intSetting(
              "max_concurrency",
              1,
              Integer.MAX_VALUE,
              Integer.MAX_VALUE,
              "Requests that may be unanswered on the whole server; above it 503 at once")
          .withDocumented("1..2147483647", "no limit");

  /** The most requests of one worker that are not answered; more wait until one is. */
  public static final Setting<Integer> WORKER_MAX_CONCURRENCY =
      intSetting(
              "worker_max_concurrency",
              1,
              Integer.MAX_VALUE,
              Integer.MAX_VALUE,
              "Requests that may be unanswered on one worker; further ones wait, and get 503 when"
                  + " the worker ends")
          .withDocumented("1..2147483647", "max_concurrency");

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
          HTTP_WRITE_TIMEOUT,
          OPEN_HTTP2_PROTOCOL,
          HTTP2_HEADER_TABLE_SIZE,
          HTTP2_ENABLE_PUSH,
          HTTP2_MAX_CONCURRENT_STREAMS,
          HTTP2_INIT_WINDOW_SIZE,
          HTTP2_MAX_FRAME_SIZE,
          HTTP2_MAX_HEADER_LIST_SIZE,
          HTTP2_MAX_HEADERS,
          MAX_CONCURRENCY,
          WORKER_MAX_CONCURRENCY,
          HTTP_PARSE_FILES,
          UPLOAD_TMP_DIR,
          UPLOAD_MAX_FILESIZE,
          HTTP_BODY_DECOMPRESSION,
          HTTP_COMPRESSION,
          HTTP_COMPRESSION_LEVEL,
          COMPRESSION_MIN_LENGTH,
          HTTP_COMPRESSION_TYPES,
          HTTP_ACCESS_LOG,
          HTTP_ACCESS_LOG_FORMAT,
          ENABLE_STATIC_HANDLER,
          DOCUMENT_ROOT,
          STATIC_HANDLER_LOCATIONS,
          HTTP_INDEX_FILES,
          HTTP_AUTOINDEX,
          STATIC_HANDLER_FOLLOW_SYMLINKS,
          STATIC_HANDLER_PRECOMPRESSED,
          URL_REWRITE_RULES);

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
