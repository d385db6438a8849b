// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.swoole4j.internal.http.form.BodyRefusedException;
import io.swoole4j.internal.http.form.CookieParser;
import io.swoole4j.internal.http.form.FormParser;
import io.swoole4j.internal.http.form.UrlDecoder;
import io.swoole4j.internal.http.http1.RequestParser;
import io.swoole4j.internal.http.message.RequestHead;
import io.swoole4j.internal.http.message.RequestMessage;
import io.swoole4j.internal.http.upload.FormData;
import io.swoole4j.internal.http.upload.FormDataReader;
import io.swoole4j.internal.http.upload.StoredFile;
import io.swoole4j.spi.Arguments;
import io.swoole4j.spi.ServerLogs;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A request of a client; Swoole's {@code Swoole\Http\Request}. Nothing of it is decoded before it
 * is asked for. May be kept after the response has ended; to be used by one thread at a time.
 */
public final class Request {

  /** Of these, only the last value counts when a client repeats them. */
  private static final Set<String> SINGLE =
      Set.of(
          "host",
          "user-agent",
          "accept",
          "content-type",
          "content-length",
          "authorization",
          "connection",
          "accept-encoding");

  private static final FormData NO_FORM = new FormData(Map.of(), List.of(), 0);
  private static final String FORM = "application/x-www-form-urlencoded";

  private final long fd;
  private final int streamId;
  private final @Nullable RequestMessage whole;
  private final @Nullable RequestParser parser;
  private final RequestOrigin origin;
  private final ParseRules rules;
  private final @Nullable RequestFiles uploads;
  private @Nullable Map<String, String> header;
  private @Nullable Map<String, Object> server;
  private @Nullable Map<String, Object> get;
  private @Nullable Map<String, Object> post;
  private @Nullable Map<String, String> cookie;
  private @Nullable Map<String, Object> files;
  private @Nullable FormData form;

  Request(
      long fd,
      int streamId,
      RequestMessage message,
      RequestOrigin origin,
      ParseRules rules,
      @Nullable RequestFiles uploads) {
    this.fd = fd;
    this.streamId = streamId;
    this.whole = message;
    this.parser = null;
    this.origin = origin;
    this.rules = rules;
    this.uploads = uploads;
  }

  private Request(ParseRules rules) {
    this.fd = 0;
    this.streamId = 0;
    this.whole = null;
    this.parser = new RequestParser();
    this.origin = new RequestOrigin(null, null, System.currentTimeMillis(), 0);
    this.rules = rules;
    this.uploads = null;
  }

  /**
   * A request that is made of bytes by {@link #parse}, without a server; Swoole's {@code create}.
   *
   * @return an incomplete request
   */
  public static Request create() {
    return create(Map.of());
  }

  /**
   * A request that is made of bytes by {@link #parse}, without a server.
   *
   * @param options {@code parse_cookie} and {@code parse_body}, true unless said otherwise; files
   *     in forms are not read
   * @return an incomplete request
   * @throws IllegalArgumentException for another option, or one that is not true or false
   */
  public static Request create(Map<String, Boolean> options) {
    for (Map.Entry<String, Boolean> option : options.entrySet()) {
      if (!option.getKey().equals("parse_cookie") && !option.getKey().equals("parse_body")) {
        throw new IllegalArgumentException(
            "option: " + option.getKey() + " (expected: parse_cookie or parse_body)");
      }
    }
    return new Request(
        ParseRules.withoutFiles(
            options.getOrDefault("parse_cookie", true), options.getOrDefault("parse_body", true)));
  }

  /**
   * Takes bytes of a request that was {@linkplain #create() created}; Swoole's {@code parse}.
   *
   * @param data the next bytes
   * @return how many of them belong to it; -1 once it is complete or cannot be a request, and for
   *     one that a handler got
   */
  public int parse(byte[] data) {
    Arguments.require("data", data, "bytes");
    return parser == null ? -1 : parser.parse(data);
  }

  private RequestMessage message() {
    RequestMessage known = parser == null ? whole : parser.message();
    if (known == null) {
      throw new IllegalStateException("request: incomplete (expected: all of it parsed)");
    }
    return known;
  }

  /**
   * The connection it came by; Swoole's {@code $fd}.
   *
   * @return the session id
   */
  public long fd() {
    return fd;
  }

  /**
   * The HTTP/2 stream it came by; Swoole's {@code $streamId}.
   *
   * @return 0 for HTTP/1
   */
  public int streamId() {
    return streamId;
  }

  /**
   * The headers; Swoole's {@code $header}. The names are in lower case. Several values of one name
   * are joined by commas, but only the last holds where there must be one. Without the cookies if
   * those are parsed, see {@code http_parse_cookie}.
   *
   * @return values by name, read-only
   */
  public Map<String, String> header() {
    Map<String, String> known = header;
    if (known == null) {
      known = new LinkedHashMap<>();
      for (Map.Entry<String, String> field : headers()) {
        String name = field.getKey().toLowerCase(Locale.ROOT);
        if (name.equals("cookie") && rules.cookies()) {
          continue;
        }
        String value = text(field.getValue());
        if (SINGLE.contains(name)) {
          known.put(name, value);
        } else {
          known.merge(name, value, (first, second) -> first + ", " + second);
        }
      }
      header = known = Collections.unmodifiableMap(known);
    }
    return known;
  }

  /**
   * The first value of a header.
   *
   * @param name its name in any letter case
   * @return empty if it was not sent
   */
  public Optional<String> header(String name) {
    return Optional.ofNullable(headers().get(name)).map(Request::text);
  }

  /**
   * Every value of a header, in the order they were sent.
   *
   * @param name its name in any letter case
   * @return empty if it was not sent
   */
  public List<String> headers(String name) {
    return headers().getAll(name).stream().map(Request::text).toList();
  }

  private HttpHeaders headers() {
    return head().headers();
  }

  private RequestHead head() {
    return message().head();
  }

  /** Header values are bytes; most of them are ASCII, the rest is taken for UTF-8. */
  private static String text(String latin) {
    for (int i = 0; i < latin.length(); i++) {
      if (latin.charAt(i) > 0x7f) {
        return new String(latin.getBytes(ISO_8859_1), UTF_8);
      }
    }
    return latin;
  }

  /**
   * What PHP calls server variables; Swoole's {@code $server}: {@code request_method}, {@code
   * request_uri} (without the query), {@code path_info} (the same, decoded), {@code query_string}
   * (if there is one), {@code request_time} in seconds and {@code request_time_float}, {@code
   * server_protocol}, {@code server_port}, {@code remote_port}, {@code server_addr}, {@code
   * remote_addr} and {@code master_time} in seconds, when it had arrived.
   *
   * @return values by name, read-only
   */
  public Map<String, Object> server() {
    Map<String, Object> known = server;
    if (known == null) {
      Map<String, Object> variables = new LinkedHashMap<>();
      if (!head().query().isEmpty()) {
        variables.put("query_string", head().query());
      }
      String path = head().path();
      variables.put("request_method", head().method());
      variables.put("request_uri", path);
      variables.put("path_info", decodedPath(path));
      origin.describe(variables);
      variables.put("server_protocol", head().protocol());
      server = known = Collections.unmodifiableMap(variables);
    }
    return known;
  }

  /** In a path, a plus is a plus. */
  private static String decodedPath(String path) {
    if (path.indexOf('%') < 0) {
      return path;
    }
    byte[] bytes = path.replace("+", "%2B").getBytes(ISO_8859_1);
    return UrlDecoder.decode(bytes, 0, bytes.length);
  }

  /**
   * The variables of the query; Swoole's {@code $get}. Names such as {@code a[b][]} make maps and
   * lists. The first 128 are kept.
   *
   * @return texts, lists and maps by name, read-only
   */
  public Map<String, Object> get() {
    Map<String, Object> known = get;
    if (known == null) {
      get = known = form(head().query().getBytes(ISO_8859_1), "query");
    }
    return known;
  }

  /**
   * A variable of the query.
   *
   * @param name its name
   * @return empty if there is none, or it is a list or a map
   */
  public Optional<String> get(String name) {
    return Optional.ofNullable(get().get(name))
        .filter(String.class::isInstance)
        .map(String.class::cast);
  }

  /**
   * The variables of a form that was sent as the body, with files or without; Swoole's {@code
   * $post}. Empty for other bodies, for GET and HEAD, and if {@code http_parse_post} is false. The
   * first 128 are kept.
   *
   * @return texts, lists and maps by name, read-only
   */
  public Map<String, Object> post() {
    Map<String, Object> known = post;
    if (known == null) {
      if (uploads != null) {
        known = formData().fields();
      } else {
        known = isForm() ? form(message().body(), "body") : Map.of();
      }
      post = known;
    }
    return known;
  }

  private boolean isForm() {
    String type = headers().get(HttpHeaderNames.CONTENT_TYPE);
    return rules.post()
        && type != null
        && ParseRules.mayHaveForm(head())
        && FORM.equalsIgnoreCase(type.split(";", 2)[0].strip());
  }

  /**
   * A variable of the form that was sent as the body.
   *
   * @param name its name
   * @return empty if there is none, or it is a list or a map
   */
  public Optional<String> post(String name) {
    return Optional.ofNullable(post().get(name))
        .filter(String.class::isInstance)
        .map(String.class::cast);
  }

  /** What a form with files held; read now, unless that was done while it arrived. */
  private FormData formData() {
    FormData known = form;
    if (known == null) {
      FormData arrived = message().form();
      form = known = arrived == null ? readForm() : arrived;
      warn(known.overLimit(), "form");
    }
    return known;
  }

  private FormData readForm() {
    Optional<String> boundary = rules.boundary(head());
    FormDataReader.Limits limits = rules.forms();
    if (boundary.isEmpty() || limits == null || uploads == null) {
      return NO_FORM;
    }
    FormDataReader reader = new FormDataReader(boundary.get(), limits);
    try {
      reader.feed(message().body(), 0, message().body().length);
      FormData read = reader.finish();
      uploads.add(read);
      return read;
    } catch (BodyRefusedException e) {
      reader.abort();
      ServerLogs.here(Request.class).warn("fd {}: form not read: {}", fd, e.getMessage());
      return NO_FORM;
    }
  }

  /**
   * The files of a form that was sent as the body; Swoole's {@code $files}. Names such as {@code
   * a[b][]} make maps and lists of them, at whose ends are {@link UploadedFile} objects. With
   * {@code http_parse_files} it is as PHP has it instead: for each name a map of {@code name},
   * {@code type}, {@code tmp_name}, {@code error} and {@code size}, each of which holds that
   * property of all its files.
   *
   * @return files, lists and maps by name, read-only; the first 128 files are kept
   */
  public Map<String, Object> files() {
    Map<String, Object> known = files;
    if (known == null) {
      files =
          known =
              uploads == null ? Map.of() : RequestFiles.toMap(formData(), rules.filesByProperty());
    }
    return known;
  }

  /**
   * The first file of a form's field, whatever {@code http_parse_files} says.
   *
   * @param name the field's name as it was sent, with its brackets
   * @return empty if there is none
   */
  public Optional<UploadedFile> file(String name) {
    return uploads == null
        ? Optional.empty()
        : formData().files().stream()
            .filter(file -> file.field().equals(name))
            .findFirst()
            .map(UploadedFile::new);
  }

  /**
   * The temporary files of this request; Swoole's {@code $tmpfiles}.
   *
   * @return their paths, moved or not
   */
  public List<String> tmpfiles() {
    return uploads == null
        ? List.of()
        : formData().files().stream()
            .map(StoredFile::path)
            .filter(Objects::nonNull)
            .map(String::valueOf)
            .toList();
  }

  /**
   * Whether a path is that of a file which came with this request and is still where it was stored;
   * PHP's {@code is_uploaded_file}.
   *
   * @param path any path
   * @return false for every other file
   */
  public boolean isUploadedFile(String path) {
    return uploads != null && uploads.contains(path);
  }

  private Map<String, Object> form(byte[] data, String what) {
    if (data.length == 0) {
      return Map.of();
    }
    FormParser.Result result = FormParser.parse(data);
    warn(result.overLimit(), what);
    return result.values();
  }

  private void warn(int overLimit, String what) {
    if (overLimit > 0) {
      ServerLogs.here(Request.class)
          .warn(
              "fd {}: {} variables of the {} dropped (expected: {} at most)",
              fd,
              overLimit,
              what,
              FormParser.MAX_VARIABLES);
    }
  }

  /**
   * The cookies; Swoole's {@code $cookie}. Empty if {@code http_parse_cookie} is false. The first
   * 128 are kept.
   *
   * @return decoded values by name, read-only
   */
  public Map<String, String> cookie() {
    Map<String, String> known = cookie;
    if (known == null) {
      List<String> sent = rules.cookies() ? headers().getAll(HttpHeaderNames.COOKIE) : List.of();
      if (sent.isEmpty()) {
        known = Map.of();
      } else {
        CookieParser.Result result = CookieParser.parse(String.join("; ", sent));
        warn(result.overLimit(), "cookies");
        known = result.values();
      }
      cookie = known;
    }
    return known;
  }

  /**
   * A cookie.
   *
   * @param name its name
   * @return its decoded value, empty if it was not sent
   */
  public Optional<String> cookie(String name) {
    return Optional.ofNullable(cookie().get(name));
  }

  /**
   * The body; Swoole's {@code rawContent}. Of a form with files there is none if it was read as it
   * arrived, see {@code upload_max_filesize}.
   *
   * @return its bytes without transfer coding, not to be changed; empty if there is none
   */
  public byte[] rawContent() {
    return message().body();
  }

  /**
   * The same as {@link #rawContent}; Swoole's newer name for it.
   *
   * @return the body
   */
  public byte[] getContent() {
    return message().body();
  }

  /**
   * The whole request as it was sent; Swoole's {@code getData}.
   *
   * @return the exact bytes of head and body; only the body for HTTP/2
   */
  public byte[] getData() {
    return message().data();
  }

  /**
   * The method; Swoole's {@code getMethod}.
   *
   * @return such as GET
   */
  public String getMethod() {
    return head().method();
  }

  /**
   * Whether all of it is there; Swoole's {@code isCompleted}.
   *
   * @return true for a request that a handler gets; until then there is nothing to be read of it
   */
  public boolean isCompleted() {
    return parser == null || parser.message() != null;
  }

  @Override
  public String toString() {
    return isCompleted()
        ? head().method() + " " + head().target() + " of fd " + fd
        : "incomplete request";
  }
}
