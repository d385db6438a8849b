// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.util.Map;
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
    for (Map.Entry<String, String> property : context.boot().properties().entrySet()) {
      System.getProperties().putIfAbsent(property.getKey(), property.getValue());
    }
    ChildBody body;
    try {
      body = body(context.boot());
    } catch (Throwable e) {
      parent.write(Frames.FAILED, 0, reason(e).getBytes(UTF_8));
      Runtime.getRuntime().halt(FAILED);
      return;
    }
    Thread listener = new Thread(new ParentListener(context), "swoole-process-parent");
    listener.setDaemon(true);
    listener.start();
    parent.write(Frames.READY, 0, new byte[0]);
    run(body, context);
  }

  private static ChildBody body(Boot boot) throws Throwable {
    ByteArrayInputStream bytes = new ByteArrayInputStream(boot.body());
    if (boot.body()[0] != ChildBody.PLAIN) {
      try (ObjectInputStream in = new ObjectInputStream(bytes)) {
        return (ChildBody) in.readObject();
      }
    }
    DataInputStream in = new DataInputStream(bytes);
    in.readByte();
    Constructor<?> constructor =
        Class.forName(in.readUTF()).getDeclaredConstructor(DataInputStream.class);
    constructor.setAccessible(true);
    try {
      return (ChildBody) constructor.newInstance(in);
    } catch (InvocationTargetException e) {
      throw e.getCause();
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
      failed(e);
    }
    System.out.flush();
  }

  /** Ends this JVM at once, without its shutdown hooks, after a last word. */
  private static void failed(Throwable e) {
    try {
      print(e);
    } finally {
      Runtime.getRuntime().halt(FAILED);
    }
  }

  @SuppressWarnings("SystemOut")
  private static void print(Throwable e) {
    System.out.flush();
    StringWriter text = new StringWriter();
    e.printStackTrace(new PrintWriter(text));
    System.err.print(text);
    System.err.flush();
  }

  /** Hears the parent; no lambda, the first of which would cost a good part of the start. */
  private static final class ParentListener implements Runnable {
    private final ChildContext context;

    ParentListener(ChildContext context) {
      this.context = context;
    }

    @Override
    public void run() {
      try {
        Optional<Frames.Frame> frame = context.parent().read();
        while (frame.isPresent()) {
          context.received(frame.get());
          frame = context.parent().read();
        }
      } catch (IOException e) {
        // as its end
      } catch (RuntimeException | Error e) {
        // no memory for what the parent says, or whoever got it threw: nothing more of the parent,
        // its end neither, would be heard
        if (!context.boot().detached()) {
          failed(e);
        }
        print(e);
      }
      if (!context.boot().detached()) {
        Runtime.getRuntime().halt(FAILED);
      }
    }
  }
}
