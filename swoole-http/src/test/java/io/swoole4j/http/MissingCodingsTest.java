// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.swoole4j.server.ServerMode;
import io.swoole4j.server.SocketType;
import io.swoole4j.setting.Settings;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;

/** A content coding is offered when its library is there, and nothing fails where it is not. */
class MissingCodingsTest {
  private static final String ENCODING = "content-encoding: ";

  @Test
  void codingsWithoutTheirLibrariesAreNotUsed() throws Exception {
    assertThat(new Program().call()).contains(ENCODING + "br\r\n");

    ClassLoader loader = new WithoutCodings(MissingCodingsTest.class.getClassLoader());
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(loader);
    try {
      Object program =
          loader.loadClass(Program.class.getName()).getDeclaredConstructor().newInstance();
      assertThat(program).isNotInstanceOf(Program.class);
      assertThat((String) ((Callable<?>) program).call()).contains(ENCODING + "gzip\r\n");
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  /** Serves a client that would take any coding, and returns what it got, in lower case. */
  public static final class Program implements Callable<String> {
    /** For another class loader. */
    public Program() {}

    @Override
    public String call() throws Exception {
      HttpServer server = new HttpServer("127.0.0.1", 0, ServerMode.BASE, SocketType.TCP);
      server.set("transport", "nio").set(Settings.WORKER_NUM, 1);
      server.on(HttpEvent.REQUEST, (request, response) -> response.end("x".repeat(1000)));
      server.startAsync();
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.getPort())) {
        socket.setSoTimeout(30_000);
        String head = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n";
        String codings = "Accept-Encoding: br, zstd, gzip\r\n\r\n";
        socket.getOutputStream().write((head + codings).getBytes(ISO_8859_1));
        byte[] answer = socket.getInputStream().readAllBytes();
        return new String(answer, ISO_8859_1).toLowerCase(Locale.ROOT);
      } finally {
        server.shutdown();
        assertThat(server.awaitTermination(Duration.ofSeconds(30))).isTrue();
      }
    }
  }

  /** Loads this library anew, and finds nothing of those that compress for it. */
  private static final class WithoutCodings extends ClassLoader {
    WithoutCodings(ClassLoader parent) {
      super(parent);
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (name.startsWith("com.aayushatharva.") || name.startsWith("com.github.luben.")) {
        throw new ClassNotFoundException(name);
      }
      if (!name.startsWith("io.swoole4j.")) {
        return super.loadClass(name, resolve);
      }
      synchronized (getClassLoadingLock(name)) {
        Class<?> known = findLoadedClass(name);
        return known != null ? known : findClass(name);
      }
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
      try (InputStream in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
        if (in == null) {
          throw new ClassNotFoundException(name);
        }
        byte[] bytes = in.readAllBytes();
        return defineClass(name, bytes, 0, bytes.length);
      } catch (IOException e) {
        throw new ClassNotFoundException(name, e);
      }
    }
  }
}
