// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.examples;

import io.swoole4j.http.HttpEvent;
import io.swoole4j.http.HttpServer;
import io.swoole4j.http.HttpSettings;
import io.swoole4j.http.Request;
import io.swoole4j.http.Response;
import io.swoole4j.http.UploadedFile;
import io.swoole4j.server.Server;
import io.swoole4j.server.ServerMode;
import io.swoole4j.server.SocketType;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** A form with files, and what arrives of it. Open {@code http://127.0.0.1:9501/} in a browser. */
final class HttpUpload implements Example {
  private static final String FORM =
      """
      <!DOCTYPE html>
      <html>
      <head><meta charset="utf-8"><title>Upload</title></head>
      <body>
      <form method="post" enctype="multipart/form-data">
        <p><label>Comment <input name="comment"></label></p>
        <p><label>Files <input type="file" name="files[]" multiple></label></p>
        <p><button>Send</button></p>
      </form>
      </body>
      </html>
      """;

  @Override
  public String name() {
    return "http-upload";
  }

  @Override
  public String summary() {
    return "shows a form for files in the browser and tells what it got; up to 1 GiB a file";
  }

  @Override
  public Server server(String host, int port, ServerMode mode, SocketType type) {
    HttpServer http = new HttpServer(host, port, mode, type);
    // Files go to the disk as they arrive, so that their size costs no memory.
    http.set(HttpSettings.UPLOAD_MAX_FILESIZE, 1 << 30);
    http.on(HttpEvent.REQUEST, HttpUpload::answer);
    return http;
  }

  private static void answer(Request request, Response response)
      throws IOException, NoSuchAlgorithmException {
    if (!request.getMethod().equals("POST")) {
      response.header("Content-Type", "text/html; charset=utf-8");
      response.end(FORM);
      return;
    }
    StringBuilder text = new StringBuilder("comment: " + request.post("comment").orElse("") + "\n");
    for (UploadedFile file : files(request)) {
      text.append(file.name()).append(": ").append(file.size()).append(" bytes of ");
      text.append(file.type()).append(", SHA-256 ").append(digest(file)).append('\n');
      // file.moveTo(...) would keep it; otherwise it is removed when this handler has returned.
    }
    // Plain text: a file may be named like a script.
    response.header("Content-Type", "text/plain; charset=utf-8");
    response.end(text.toString());
  }

  private static List<UploadedFile> files(Request request) {
    return Optional.ofNullable(request.files().get("files"))
        .filter(List.class::isInstance)
        .map(list -> (List<?>) list)
        .orElse(List.of())
        .stream()
        .filter(UploadedFile.class::isInstance)
        .map(UploadedFile.class::cast)
        .filter(file -> file.error() == UploadedFile.OK)
        .toList();
  }

  private static String digest(UploadedFile file) throws IOException, NoSuchAlgorithmException {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    try (InputStream content =
        new DigestInputStream(Files.newInputStream(Path.of(file.tmpName())), digest)) {
      content.transferTo(OutputStream.nullOutputStream());
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
