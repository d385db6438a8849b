// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;

/**
 * Measures how many processors a process uses, user and system time of all its threads, and how
 * many the whole machine does.
 *
 * <p>The kernel counts in steps of about 10 ms: measure over a second or more.
 */
final class CpuMeter implements Meter {

  private final OperatingSystemMXBean machine =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
  private final ProcessHandle process;
  private long startedAt;
  private Duration cpuAtStart = Duration.ZERO;
  private double processors = Double.NaN;
  private double machineProcessors = Double.NaN;

  CpuMeter(ProcessHandle process) {
    this.process = process;
  }

  @Override
  public synchronized void start() {
    startedAt = System.nanoTime();
    cpuAtStart = cpu();
    machineBusy(); // each reading covers the time since the one before
  }

  @Override
  public synchronized void stop() {
    Duration used = cpu().minus(cpuAtStart);
    processors = used.toNanos() / (double) (System.nanoTime() - startedAt);
    machineProcessors = machineBusy();
  }

  /**
   * Processors that neither the server nor the load client had: above a few hundredths, the machine
   * was not at rest and the figures suffer. Zero where the system does not tell.
   *
   * @param clientProcessors what the load client used
   */
  synchronized double othersProcessors(double clientProcessors) {
    return Math.max(0, machineProcessors - processors - clientProcessors);
  }

  /** Processors in use between start and stop; not a number before both were called. */
  synchronized double processors() {
    return processors;
  }

  /**
   * Processor time per message in microseconds.
   *
   * @param messagesPerSecond rate during the measured time
   */
  double microsPerMessage(double messagesPerSecond) {
    return processors() / messagesPerSecond * 1e6;
  }

  private double machineBusy() {
    return machine.getCpuLoad() * Runtime.getRuntime().availableProcessors();
  }

  private Duration cpu() {
    return process.info().totalCpuDuration().orElse(Duration.ZERO);
  }
}
