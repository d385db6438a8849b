// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.process.os;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.swoole4j.internal.process.posix.CpuSet;
import io.swoole4j.internal.process.posix.Posix;
import io.swoole4j.server.Event;
import io.swoole4j.server.Server;
import java.io.File;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.Charset;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.FormatStyle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TimeZone;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import javax.crypto.Cipher;

/** The server that tests run in a JVM of its own, and ask about itself. */
final class ServiceServer {
  private ServiceServer() {}

  /** Settings as name=value; port, announce (a file for the port) and a few more are its own. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    int port = 0;
    Path announce = null;
    String tasks = "";
    for (String argument : arguments) {
      if (argument.startsWith("port=")) {
        port = Integer.parseInt(argument.substring(5));
      } else if (argument.startsWith("announce=")) {
        announce = Path.of(argument.substring(9));
      } else if (argument.startsWith("tasks=")) {
        tasks = argument.substring(6);
      } else if (argument.equals("unprivileged")) {
        new LinuxPrivileges().drop(Optional.of("nobody"), Optional.empty(), Optional.empty());
      } else if (argument.equals("exit=9") && Server.isDaemon()) {
        System.exit(9);
      } else if (argument.equals("hang") && Server.isDaemon()) {
        new CountDownLatch(1).await();
      }
    }
    Server server = new Server("127.0.0.1", port);
    server.set("worker_num", 1).set("reactor_num", 1).set("max_wait_time", 30);
    for (String argument : arguments) {
      if (!argument.matches("(port|announce|tasks|exit)=.*|unprivileged|hang")) {
        String[] pair = argument.split("=", 2);
        server.set(pair[0], pair[1].startsWith("[") ? list(pair[1]) : pair[1]);
      }
    }
    Path file = announce;
    String mode = tasks;
    server.on(
        Event.START,
        s -> {
          String line = "ready " + s.getPort() + " " + s.masterPid();
          System.out.println(line);
          if (file != null) {
            Files.writeString(file, line + " " + Server.isDaemon());
          }
        });
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> s.send(fd, answer(s, new String(data, UTF_8)) + "\n"));
    server.on(
        Event.TASK,
        (s, id, source, data) -> {
          if (mode.equals("hold")) {
            System.out.println("holds " + s.workerId());
            new CountDownLatch(1).await();
          }
          System.out.println("ran " + text(data) + " on " + s.workerId());
          return data;
        });
    server.on(Event.FINISH, (s, id, result) -> System.out.println("finished " + text(result)));
    server.start();
    System.out.println("returned");
  }

  private static List<Integer> list(String text) {
    return Arrays.stream(text.replaceAll("[\\[\\]]", "").split(","))
        .map(Integer::parseInt)
        .toList();
  }

  private static String text(Object data) {
    return data instanceof byte[] bytes ? bytes.length + " bytes" : data.toString();
  }

  private static String answer(Server server, String question) throws Exception {
    String[] words = question.split(" ", -1);
    return switch (words[0]) {
      case "ids" -> String.join(" ", ids());
      case "root" -> String.join(" ", new TreeSet<>(Arrays.asList(new File("/").list())));
      case "work" -> work();
      case "cpus" -> CpuSet.ofThread().toString();
      case "daemon" -> Server.isDaemon() + " " + Posix.getsid(0);
      case "task" -> Long.toString(server.task(words[1], Integer.parseInt(words[2])));
      case "long" -> Long.toString(server.task(new byte[100_000]));
      case "queue" -> server.stats().get("task_queue_num").toString();
      case "stop" -> Boolean.toString(server.shutdown());
      default -> "what?";
    };
  }

  /** User and group numbers of all threads, each once. */
  private static Set<String> ids() throws IOException {
    Set<String> all = new TreeSet<>();
    try (DirectoryStream<Path> threads = Files.newDirectoryStream(Path.of("/proc/self/task"))) {
      for (Path thread : threads) {
        statusOf(thread).stream()
            .filter(line -> line.matches("(Uid|Gid|Groups):.*"))
            .map(line -> line.strip().replaceAll("\\s+", ","))
            .forEach(all::add);
      }
    }
    return all;
  }

  /** Nothing of a thread that has ended meanwhile. */
  private static List<String> statusOf(Path thread) throws IOException {
    try {
      return Files.readAllLines(thread.resolve("status"));
    } catch (IOException e) {
      if (Files.exists(thread)) {
        throw e;
      }
      return List.of();
    }
  }

  /** What programs do for the first time long after their start. */
  private static String work() throws Exception {
    List<Object> done = new ArrayList<>();
    done.add(ZonedDateTime.now(ZoneId.of("Asia/Tokyo")).format(DateTimeFormatter.ISO_DATE_TIME));
    done.add(
        LocalDate.of(2020, 1, 1)
            .format(DateTimeFormatter.ofLocalizedDate(FormatStyle.FULL).withLocale(Locale.FRENCH)));
    done.add(TimeZone.getTimeZone("America/New_York").getOffset(0));
    done.add(UUID.randomUUID());
    done.add(Cipher.getInstance("AES/GCM/NoPadding"));
    done.add("ä".getBytes(Charset.forName("windows-1252")));
    try (ServerSocket socket = new ServerSocket(0)) {
      done.add(socket.getLocalPort());
    }
    done.add(new LateClass());
    return done.get(done.size() - 1).toString();
  }

  /** Not loaded until it is used. */
  private static final class LateClass {
    @Override
    public String toString() {
      return "works";
    }
  }
}
