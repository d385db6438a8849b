// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Optional;

/**
 * The main class of a child JVM: learns what to do, says so, does it. One thread runs it, another
 * listens to the parent and ends this JVM when the parent is gone.
 */
public final class ChildMain {
  /** What a child ends with when its callback throws, as in Swoole. */
  public static final int FAILED = 255;

  private ChildMain() {}

  /** Started by {@link Child}; the descriptors are those of {@link ChildDescriptors}. */
  public static void main(String[] arguments) throws IOException {
    for (String signal : new String[] {"TERM", "INT", "HUP"}) {
      JvmSignals.restoreDefault(signal);
    }
    Frames parent =
        new Frames(
            ChildDescriptors.in(ChildDescriptors.CONTROL),
            ChildDescriptors.out(ChildDescriptors.CONTROL));
    Optional<Frames.Frame> first = parent.read();
    if (first.isEmpty()) {
      Runtime.getRuntime().halt(FAILED);
      return;
    }
    ChildContext context = new ChildContext(Boot.decode(first.get().payload()), parent);
    context.install();
    context.boot().properties().forEach(System.getProperties()::putIfAbsent);
    ChildBody body;
    try {
      body = body(context.boot());
    } catch (Throwable e) {
      parent.write(Frames.FAILED, 0, reason(e).getBytes(UTF_8));
      Runtime.getRuntime().halt(FAILED);
      return;
    }
    Thread listener = new Thread(() -> listen(context), "swoole-process-parent");
    listener.setDaemon(true);
    listener.start();
    parent.write(Frames.READY, 0, new byte[0]);
    run(body, context);
  }

  private static ChildBody body(Boot boot) throws IOException, ClassNotFoundException {
    try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(boot.body()))) {
      return (ChildBody) in.readObject();
    }
  }

  private static String reason(Throwable e) {
    return e instanceof ClassNotFoundException || e instanceof NoClassDefFoundError
        ? "class: " + e.getMessage() + " (expected: on the class path of the child)"
        : e.toString();
  }

  private static void run(ChildBody body, ChildContext context) {
    try {
      body.run(context);
    } catch (Throwable e) {
      StringWriter text = new StringWriter();
      e.printStackTrace(new PrintWriter(text));
      halt(FAILED, text.toString());
    }
    System.out.flush();
  }

  /** Ends this JVM at once, without its shutdown hooks, after a last word. */
  @SuppressWarnings("SystemOut")
  private static void halt(int status, String lastWord) {
    System.out.flush();
    System.err.print(lastWord);
    System.err.flush();
    Runtime.getRuntime().halt(status);
  }

  private static void listen(ChildContext context) {
    try {
      Optional<Frames.Frame> frame = context.parent().read();
      while (frame.isPresent()) {
        context.received(frame.get());
        frame = context.parent().read();
      }
    } catch (IOException e) {
      // as its end
    }
    if (!context.boot().detached()) {
      Runtime.getRuntime().halt(FAILED);
    }
  }
}
