// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.swoole4j.testing.PythonClient;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * An upload that is larger than the server's heap, in this heap more than twice as large; with
 * {@code -Dswoole4j.upload.mib=1024} as large as the example takes at most.
 */
@Timeout(600)
final class LargeUploadTest {
  private static final int MIB = Integer.getInteger("swoole4j.upload.mib", 96);

  private static final String SEND =
      """
      import hashlib, os, socket, sys
      mib = int(sys.argv[2])
      piece = os.urandom(1 << 20)
      head = (b'--bb\\r\\nContent-Disposition: form-data; name="files[]"; filename="large.bin"\\r\\n'
              b'Content-Type: application/octet-stream\\r\\n\\r\\n')
      tail = b'\\r\\n--bb--\\r\\n'
      length = len(head) + (mib << 20) + len(tail)
      digest = hashlib.sha256()
      with socket.create_connection(('127.0.0.1', int(sys.argv[1])), 60) as client:
          client.sendall(b'POST / HTTP/1.1\\r\\nHost: a\\r\\nConnection: close\\r\\n'
                         b'Content-Type: multipart/form-data; boundary=bb\\r\\n'
                         b'Content-Length: %d\\r\\n\\r\\n' % length + head)
          for i in range(mib):
              client.sendall(piece)
              digest.update(piece)
          client.sendall(tail)
          with client.makefile('rb') as stream:
              reply = stream.read().decode()
      print(reply.split('\\r\\n\\r\\n')[1].strip() == 'comment: \\nlarge.bin: %d bytes of'
            ' application/octet-stream, SHA-256 %s' % (mib << 20, digest.hexdigest()) or reply)
      """;

  @Test
  void arrivesInAHeapThatCouldNotHoldIt() {
    try (ExampleProcess server =
        ExampleProcess.runIn("-Xmx40m", "http-upload", "--port", "0").awaitListening()) {
      Duration limit = Duration.ofSeconds(60 + MIB / 2);
      assertThat(PythonClient.run(limit, SEND, server.port(), MIB).requireSuccess())
          .isEqualTo("True");
    }
  }
}
