// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.swoole4j.internal.process.Boot;
import io.swoole4j.internal.process.Child;
import io.swoole4j.internal.process.ChildBody;
import io.swoole4j.internal.process.ChildContext;
import io.swoole4j.internal.process.ChildDescriptors;
import io.swoole4j.internal.process.Launcher;
import io.swoole4j.internal.process.posix.Wait;
import io.swoole4j.spi.ServerHandle;
import io.swoole4j.spi.UserProcess;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serial;
import java.io.Serializable;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** How calls of a child are answered, by a server that is none. */
class ServerCallsTest {
  private static final int LONGEST_ANSWER = 200;

  private final List<Object> asked = Collections.synchronizedList(new ArrayList<>());
  private byte[] result = new byte[0];

  private ServerHandle server() {
    return (ServerHandle)
        Proxy.newProxyInstance(
            ServerHandle.class.getClassLoader(),
            new Class<?>[] {ServerHandle.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "taskwait" -> {
                    asked.add(arguments[0]);
                    yield Optional.of(result);
                  }
                  case "task" -> {
                    asked.add(arguments[0]);
                    yield 0L;
                  }
                  case "getLastError" -> 0;
                  default -> throw new UnsupportedOperationException(method.getName());
                });
  }

  private DataInputStream answerTo(Serializable task) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeDouble(1);
    out.writeInt(-1);
    new ObjectOutputStream(out).writeObject(task);
    UserProcess.Context context =
        new UserProcess.Context(server(), 3, Thread::new, type -> type == String.class);
    byte[] answer =
        new ServerCalls(context, LONGEST_ANSWER)
            .answer(ServerCall.TASKWAIT, new CallInput(bytes.toByteArray(), context.classes()));
    return new DataInputStream(new ByteArrayInputStream(answer));
  }

  @Test
  void tellResultsAndRefuseThoseThatAreTooLong() throws IOException {
    DataInputStream done = answerTo("short");
    assertThat(done.readByte()).isEqualTo(ServerCalls.DONE);
    assertThat(done.readInt()).isZero();
    assertThat(done.readBoolean()).isTrue();

    result = new byte[LONGEST_ANSWER];
    DataInputStream refused = answerTo("long");

    assertThat(refused.readByte()).isEqualTo(ServerCalls.REFUSED);
    assertThat(refused.readUTF()).matches("result: 2\\d\\d bytes \\(expected: up to 200\\)");
    assertThat(asked).containsExactly("short", "long");
  }

  @Test
  void refuseArgumentsOfClassesThatAreNotAllowed() throws IOException {
    DataInputStream refused = answerTo(new ArrayList<>(List.of("in a list")));

    assertThat(refused.readByte()).isEqualTo(ServerCalls.WRONG_ARGUMENT);
    assertThat(refused.readUTF())
        .isEqualTo("data: uses a java.util.ArrayList (expected: a class that task_classes allows)");
    assertThat(asked).isEmpty();
  }

  private DataInputStream answerToAny(Serializable task) throws IOException {
    UserProcess.Context all = new UserProcess.Context(server(), 3, Thread::new, type -> true);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeDouble(1);
    out.writeInt(-1);
    new ObjectOutputStream(out).writeObject(task);
    byte[] answer =
        new ServerCalls(all)
            .answer(ServerCall.TASKWAIT, new CallInput(bytes.toByteArray(), all.classes()));
    return new DataInputStream(new ByteArrayInputStream(answer));
  }

  private static Object[] nested(int depth) {
    Object[] nested = new Object[0];
    for (int i = 1; i < depth; i++) {
      nested = new Object[] {nested};
    }
    return nested;
  }

  @Test
  void refuseArgumentsThatAreNestedTooDeeply() throws IOException {
    DataInputStream refused = answerToAny(nested(17));
    assertThat(refused.readByte()).isEqualTo(ServerCalls.WRONG_ARGUMENT);
    assertThat(refused.readUTF())
        .isEqualTo("data: nested more deeply than 16 (expected: at most that)");
    assertThat(asked).isEmpty();

    assertThat(answerToAny(nested(16)).readByte()).isEqualTo(ServerCalls.DONE);
    assertThat(asked).hasSize(1);
  }

  /** Takes more memory than there is, once it is read. */
  private static final class Exhausting implements Serializable {
    @Serial private static final long serialVersionUID = 1L;

    @Serial
    private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
      in.defaultReadObject();
      throw new OutOfMemoryError("on purpose");
    }
  }

  @Test
  void refuseArgumentsThatThereIsNoMemoryFor() throws IOException {
    DataInputStream refused = answerToAny(new Exhausting());

    assertThat(refused.readByte()).isEqualTo(ServerCalls.REFUSED);
    assertThat(refused.readUTF()).isEqualTo("java.lang.OutOfMemoryError: on purpose");
    assertThat(asked).isEmpty();
  }

  private static String outcome(Supplier<?> call) {
    try {
      return String.valueOf(call.get());
    } catch (IllegalStateException e) {
      return String.valueOf(e.getMessage());
    }
  }

  /** Calls everything twice, the first time in vain; ends with 5 if that is what happens. */
  private static void callWithoutThreads(ChildContext context) {
    ServerHandle server = RemoteServer.of(context);
    String refused = "java.lang.OutOfMemoryError: unable to create native thread";
    List<String> outcomes =
        List.of(
            outcome(() -> server.task("a")),
            outcome(() -> server.task("b")),
            outcome(() -> server.taskwait("c", Ends.LIMIT_SECONDS).isPresent()),
            outcome(() -> server.taskwait("d", Ends.LIMIT_SECONDS).isPresent()));
    ProcessExec.exit(outcomes.equals(List.of(refused, "0", refused, "true")) ? 5 : 6);
  }

  @Test
  void refuseWhatThereIsNoThreadForAndGoOn() throws Exception {
    AtomicInteger made = new AtomicInteger();
    ThreadFactory threads =
        task ->
            made.incrementAndGet() % 2 == 0
                ? new Thread(task)
                : new Thread(task) {
                  @Override
                  public void start() {
                    throw new OutOfMemoryError("unable to create native thread");
                  }
                };
    ServerCalls calls =
        new ServerCalls(new UserProcess.Context(server(), 3, threads, type -> true));
    ChildBody body = ServerCallsTest::callWithoutThreads;
    Boot boot =
        new Boot(
            ProcessHandle.current().pid(),
            1,
            PipeType.NONE.number(),
            true,
            -1,
            0,
            false,
            Map.of(),
            Launcher.serialize("body", body));

    Child child =
        new Launcher.Launch(List.of())
            .without(ChildDescriptors.PIPE)
            .start(boot, Launcher::thread, known -> {});
    child.listen(Launcher::thread, calls);
    child.exit().thenRun(calls::end);

    assertThat(child.exit()).succeedsWithin(Ends.LIMIT).isEqualTo(new Wait.Status(5, 0));
    assertThat(asked).containsExactly("b", "d");
  }
}
