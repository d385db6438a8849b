// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.swoole4j.Swoole;
import io.swoole4j.process.SwooleProcess;
import java.util.List;

/** Children that become other programs, with their standard input and output at the parent. */
final class ProcessExec extends ProgramExample {
  private static final String SUM = "import sys; print(sum(int(line) for line in sys.stdin))";

  @Override
  public String name() {
    return "process-exec";
  }

  @Override
  public String summary() {
    return "no server: children become /bin/cat and a line of python3, and talk with their parent";
  }

  @Override
  void run() {
    System.out.print("cat: " + talk("/bin/cat", List.of(), "meow\n"));
    System.out.print("python: " + talk("/usr/bin/python3", List.of("-c", SUM), "1\n2\n39\n"));
  }

  private static String talk(String program, List<String> arguments, String input) {
    SwooleProcess process =
        new SwooleProcess(
            child -> {
              child.exec(program, arguments);
              // Only when it could not be done; what is printed goes to the parent.
              System.out.println(Swoole.strerror(SwooleProcess.getLastError()));
              child.exit(1);
            },
            true);
    process.start();
    process.write(input);
    // The program reads the end of its input.
    process.close(1);
    StringBuilder output = new StringBuilder();
    byte[] part = process.read().orElseThrow();
    while (part.length > 0) {
      output.append(new String(part, UTF_8));
      part = process.read().orElseThrow();
    }
    process.close();
    SwooleProcess.wait(true);
    return output.toString();
  }
}
