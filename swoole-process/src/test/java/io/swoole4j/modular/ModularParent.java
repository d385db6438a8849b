// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.modular;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.swoole4j.process.SwooleProcess;

/** Starts a child and prints what it says: which modules it and its library are of. */
public final class ModularParent {
  private ModularParent() {}

  /** Run by {@link ModulePathTest}. */
  public static void main(String[] arguments) {
    String word = "captured";
    SwooleProcess process =
        new SwooleProcess(
            child -> {
              child.setTimeout(30);
              child.write(
                  word
                      + " "
                      + ModularParent.class.getModule().isNamed()
                      + " "
                      + SwooleProcess.class.getModule().getName());
            });
    process.start();
    System.out.println(new String(process.read().orElseThrow(), UTF_8));
    process.close();
    System.out.println(SwooleProcess.wait(true).orElseThrow().code());
  }
}
