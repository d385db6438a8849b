// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.process;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** How calls of a child are answered, by a server that is none. */
class ServerCallsTest {
  private static final int LONGEST_ANSWER = 200;

  private final List<Object> asked = new ArrayList<>();
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
    assertThat(refused.readByte()).isEqualTo(ServerCalls.REFUSED);
    assertThat(refused.readUTF()).contains("filter status: REJECTED");
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
}
