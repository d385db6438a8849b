// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;

/**
 * What a child is told first; nobody changes its body.
 *
 * @param parentPid who started it
 * @param id the number of its process object
 * @param pipeType Swoole's number of its pipe's type
 * @param hasServer whether a server answers its calls
 * @param queueId its message queue, -1 without one
 * @param queueMode the mode of that, with {@code IPC_NOWAIT}
 * @param detached whether it lives on without its parent
 * @param properties system properties it has in common with its parent
 * @param body the serialised callback
 */
@SuppressWarnings("ArrayRecordComponent")
public record Boot(
    long parentPid,
    int id,
    int pipeType,
    boolean hasServer,
    int queueId,
    int queueMode,
    boolean detached,
    Map<String, String> properties,
    byte[] body) {

  /** Which properties belong to a JVM and not to the program. */
  private static final String[] OWN_OF_JVM = {
    "java.", "jdk.", "sun.", "os.", "user.", "file.", "path.", "line.", "native.", "awt.",
    "stdout.", "stderr.", "stdin.", "jna."
  };

  /** The properties of this JVM that its children get too. */
  public static Map<String, String> programProperties() {
    Map<String, String> properties = new HashMap<>();
    Properties all = System.getProperties();
    for (String name : all.stringPropertyNames()) {
      if (!isOwnOfJvm(name)) {
        properties.put(name, all.getProperty(name));
      }
    }
    return properties;
  }

  private static boolean isOwnOfJvm(String name) {
    for (String prefix : OWN_OF_JVM) {
      if (name.startsWith(prefix)) {
        return true;
      }
    }
    return false;
  }

  /** The same for a child that goes on without its parent. */
  public Boot whenDetached() {
    return new Boot(
        ProcessHandle.current().pid(),
        id,
        pipeType,
        false,
        queueId,
        queueMode,
        true,
        properties,
        body);
  }

  /** As bytes. */
  byte[] encode() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeLong(parentPid);
    out.writeInt(id);
    out.writeInt(pipeType);
    out.writeBoolean(hasServer);
    out.writeInt(queueId);
    out.writeInt(queueMode);
    out.writeBoolean(detached);
    out.writeInt(properties.size());
    for (Map.Entry<String, String> property : properties.entrySet()) {
      writeText(out, property.getKey());
      writeText(out, property.getValue());
    }
    out.writeInt(body.length);
    out.write(body);
    return bytes.toByteArray();
  }

  /** From bytes. */
  static Boot decode(byte[] encoded) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(encoded));
    long parentPid = in.readLong();
    int id = in.readInt();
    int pipeType = in.readInt();
    boolean hasServer = in.readBoolean();
    int queueId = in.readInt();
    int queueMode = in.readInt();
    boolean detached = in.readBoolean();
    Map<String, String> properties = new HashMap<>();
    int count = in.readInt();
    for (int i = 0; i < count; i++) {
      properties.put(readText(in), readText(in));
    }
    byte[] body = in.readNBytes(in.readInt());
    return new Boot(
        parentPid, id, pipeType, hasServer, queueId, queueMode, detached, properties, body);
  }

  /** A property may be longer than {@code writeUTF} takes. */
  private static void writeText(DataOutputStream out, String text) throws IOException {
    byte[] bytes = text.getBytes(UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static String readText(DataInputStream in) throws IOException {
    return new String(in.readNBytes(in.readInt()), UTF_8);
  }
}
