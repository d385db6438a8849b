// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.swoole4j.process.ExitStatus;
import io.swoole4j.process.SwooleProcess;
import java.util.List;
import java.util.Locale;

/** A child that answers what its parent writes into the pipe, and is waited for at the end. */
final class ProcessPipe extends ProgramExample {
  @Override
  public String name() {
    return "process-pipe";
  }

  @Override
  public String summary() {
    return "no server: a child process answers its parent over a pipe";
  }

  @Override
  void run() {
    // Captured by the callback, and so it travels to the child.
    String greeting = "hello";
    SwooleProcess process =
        new SwooleProcess(
            child -> {
              while (true) {
                String word = new String(child.read().orElseThrow(), UTF_8);
                if (word.isEmpty()) {
                  // The parent has closed its side.
                  child.exit(3);
                }
                child.write(greeting + " " + word.toUpperCase(Locale.ROOT));
              }
            });
    process.start();
    // Datagrams: each is read as it was written.
    for (String word : List.of("one", "two", "three")) {
      process.write(word);
      System.out.println("child says: " + new String(process.read().orElseThrow(), UTF_8));
    }
    process.close();
    ExitStatus end = SwooleProcess.wait(true).orElseThrow();
    System.out.println("child ended with code " + end.code() + ", signal " + end.signal());
  }
}
