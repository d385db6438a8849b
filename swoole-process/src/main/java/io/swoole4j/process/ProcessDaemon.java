// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.process;

import io.swoole4j.internal.process.Boot;
import io.swoole4j.internal.process.Child;
import io.swoole4j.internal.process.ChildContext;
import io.swoole4j.internal.process.ChildDescriptors;
import io.swoole4j.internal.process.Detached;
import io.swoole4j.internal.process.LastError;
import io.swoole4j.internal.process.Launcher;
import io.swoole4j.internal.process.posix.ErrnoException;
import java.io.IOException;
import java.util.Optional;

/** Goes into the background. Runs once per process, on whichever thread asks. */
final class ProcessDaemon {
  private ProcessDaemon() {}

  static boolean detach(boolean nochdir, boolean noclose) {
    Optional<ChildContext> inside = ChildContext.current();
    try {
      if (inside.map(context -> context.boot().detached()).orElseGet(Detached::isThis)) {
        if (!nochdir) {
          Detached.changeDirectory();
        }
        return true;
      }
      Detached again = Detached.again(noclose);
      if (inside.isPresent()) {
        Boot boot = inside.get().boot();
        if (boot.pipeType() != PipeType.NONE.number()) {
          again.keep(ChildDescriptors.PIPE);
        }
        Child child = again.startChild(boot.whenDetached(), Launcher::thread);
        Optional<String> failure = child.report().join();
        if (failure.isPresent()) {
          throw new IllegalStateException("daemon: " + failure.get());
        }
      } else {
        again.start();
      }
    } catch (ErrnoException e) {
      LastError.set(e);
      return false;
    } catch (IOException e) {
      throw new IllegalStateException("daemon: the command line is not known", e);
    }
    System.out.flush();
    System.err.flush();
    Runtime.getRuntime().halt(0);
    return false;
  }
}
