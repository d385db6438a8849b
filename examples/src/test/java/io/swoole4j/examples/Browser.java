// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.examples;

import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A Chromium without a screen, driven by its DevTools protocol. */
final class Browser implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Pattern LISTENING =
      Pattern.compile("DevTools listening on ws://([0-9.:]+)/");

  /** One window. */
  static final class Page implements WebSocket.Listener {
    private final AtomicInteger ids = new AtomicInteger();
    private final Map<Integer, CompletableFuture<String>> answers = new ConcurrentHashMap<>();
    private final StringBuilder partial = new StringBuilder();
    private final WebSocket socket;

    private Page(HttpClient http, String address) {
      socket = http.newWebSocketBuilder().buildAsync(URI.create(address), this).join();
    }

    @Override
    public CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
      partial.append(data);
      if (last) {
        String message = partial.toString();
        partial.setLength(0);
        Matcher id = Pattern.compile("^\\{\"id\":([0-9]+)").matcher(message);
        if (id.find()) {
          answers.remove(Integer.valueOf(id.group(1))).complete(message);
        }
      }
      webSocket.request(1);
      return null;
    }

    /** Calls a method of the protocol; parameters are given in JSON. */
    String call(String method, String parameters) {
      int id = ids.incrementAndGet();
      CompletableFuture<String> answer = new CompletableFuture<>();
      answers.put(id, answer);
      String message =
          "{\"id\":" + id + ",\"method\":\"" + method + "\",\"params\":" + parameters + "}";
      socket.sendText(message, true).join();
      return answer.orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS).join();
    }

    /**
     * The value of an expression of JavaScript, as text; without quotes in the expression's way.
     */
    String evaluate(String expression) {
      String answer = answer(expression);
      return value(answer).orElseThrow(() -> new AssertionError(answer));
    }

    private String answer(String expression) {
      String quoted = expression.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
      return call("Runtime.evaluate", "{\"expression\":\"String(" + quoted + ")\"}");
    }

    private static Optional<String> value(String answer) {
      Matcher value = Pattern.compile("\"value\":\"((?:[^\"\\\\]|\\\\.)*)\"").matcher(answer);
      return value.find() ? Optional.of(value.group(1).replace("\\n", "\n")) : Optional.empty();
    }

    /** Waits until an expression has a value, on whatever page comes meanwhile. */
    void awaitValue(String expression, String value) {
      await()
          .atMost(LIMIT)
          .pollInterval(Duration.ofMillis(50))
          .until(() -> value(answer(expression)).orElse(""), value::equals);
    }

    /** Sets the size of the window in pixels. */
    void resize(int width, int height, boolean mobile) {
      String size = "\"width\":" + width + ",\"height\":" + height + ",\"deviceScaleFactor\":1";
      call("Emulation.setDeviceMetricsOverride", "{" + size + ",\"mobile\":" + mobile + "}");
    }

    /** What it shows, as PNG. */
    byte[] screenshot() {
      String answer = call("Page.captureScreenshot", "{\"format\":\"png\"}");
      Matcher data = Pattern.compile("\"data\":\"([^\"]+)\"").matcher(answer);
      if (!data.find()) {
        throw new AssertionError(answer);
      }
      return Base64.getDecoder().decode(data.group(1));
    }
  }

  private final HttpClient http = HttpClient.newHttpClient();
  private final Path directory;
  private final Process process;
  private final String address;

  private Browser(Path program, Path directory, String... options) throws IOException {
    this.directory = directory;
    Path log = directory.resolve("log");
    List<String> command =
        List.of(
            program.toString(),
            "--headless=new",
            // Whoever runs the build as root, in a container, has no sandbox.
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--remote-debugging-port=0",
            "--user-data-dir=" + directory.resolve("profile"));
    this.process =
        new ProcessBuilder(
                Stream.of(command, List.of(options), List.of("about:blank"))
                    .flatMap(List::stream)
                    .toList())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    await().atMost(LIMIT).until(() -> !process.isAlive() || listening(log).isPresent());
    this.address = listening(log).orElseThrow(() -> new AssertionError(read(log)));
  }

  private static Optional<String> listening(Path log) {
    return LISTENING.matcher(read(log)).results().map(found -> found.group(1)).findFirst();
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The program, if there is one on this machine. */
  static Optional<Path> find() {
    return Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
        .flatMap(
            path ->
                Stream.of("chromium", "chromium-browser", "google-chrome")
                    .map(Path.of(path)::resolve))
        .filter(Files::isExecutable)
        .findFirst();
  }

  static Browser start(Path program, String... options) {
    try {
      return new Browser(program, Files.createTempDirectory("browser"), options);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Opens a window. */
  Page open(String page) {
    HttpRequest ask =
        HttpRequest.newBuilder(
                URI.create("http://" + address + "/json/new?" + page.replace("#", "%23")))
            .PUT(HttpRequest.BodyPublishers.noBody())
            .build();
    try {
      String answer = http.send(ask, HttpResponse.BodyHandlers.ofString()).body();
      Matcher socket = Pattern.compile("\"webSocketDebuggerUrl\": *\"([^\"]+)\"").matcher(answer);
      if (!socket.find()) {
        throw new AssertionError(answer);
      }
      return new Page(http, socket.group(1));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    List<ProcessHandle> all =
        Stream.concat(process.descendants(), Stream.of(process.toHandle())).toList();
    all.forEach(ProcessHandle::destroyForcibly);
    await().atMost(LIMIT).until(() -> all.stream().noneMatch(ProcessHandle::isAlive));
    // Its helpers that are nobody's descendants any more may write for a moment yet.
    await().atMost(LIMIT).until(() -> delete(directory));
  }

  private static boolean delete(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    } catch (IOException | UncheckedIOException e) {
      // Something went away, or came, while it was looked at.
    }
    return Files.notExists(directory);
  }
}
