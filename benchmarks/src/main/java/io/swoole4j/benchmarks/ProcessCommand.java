// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.benchmarks;

import io.swoole4j.process.PipeType;
import io.swoole4j.process.SwooleProcess;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Measures children: the time from {@code start} to the first byte, and what goes through their
 * pipes and queues. One after the other, on the calling thread.
 */
final class ProcessCommand {
  static final String USAGE =
      """
      process options: --rounds N (5)  --starts N (10; in a round)  --trips N (20000; in a round)
                       --payload BYTES (1024)
      """;

  private static final int LARGEST = 8192;
  private static final double NANOS = 1e9;

  private final int rounds;
  private final int starts;
  private final int trips;
  private final int payload;
  private final List<String[]> rows = new ArrayList<>();

  private ProcessCommand(Arguments arguments) {
    rounds = arguments.integer("rounds", 5, 1, 1000);
    starts = arguments.integer("starts", 10, 1, 10_000);
    trips = arguments.integer("trips", 20_000, 1, 100_000_000);
    payload = arguments.integer("payload", 1024, 1, LARGEST);
  }

  /** Runs it; answers a table. */
  static String run(List<String> words) {
    return new ProcessCommand(
            Arguments.parse(words, Set.of("rounds", "starts", "trips", "payload"), Set.of()))
        .table();
  }

  private String table() {
    rows.add(new String[] {"what", "median [least..most]"});
    // the first loads what the parent needs
    start();
    measure("start to first byte, ms", 1, this::startMillis);
    for (PipeType type : List.of(PipeType.STREAM, PipeType.DATAGRAM)) {
      measure(name(type) + ", round trips a second", 0, () -> roundTrips(type));
      measure(name(type) + ", messages a second", 0, () -> oneWay(type));
    }
    measure("queue, messages a second", 0, this::queue);
    return MarkdownTable.format(rows);
  }

  private static String name(PipeType type) {
    return type == PipeType.STREAM ? "stream pipe" : "datagram pipe";
  }

  /** One round of something. */
  @FunctionalInterface
  private interface Round {
    double measure();
  }

  private void measure(String what, int decimals, Round round) {
    List<Double> values = new ArrayList<>();
    for (int i = 0; i < rounds; i++) {
      values.add(round.measure());
    }
    rows.add(new String[] {what, Spread.of(values).format(decimals)});
  }

  private static double secondsSince(long since) {
    return (System.nanoTime() - since) / NANOS;
  }

  private static SwooleProcess started(SwooleProcess process) {
    if (process.start() < 0) {
      throw new IllegalStateException("start: errno " + SwooleProcess.getLastError());
    }
    return process;
  }

  private static void end(SwooleProcess process) {
    process.close();
    int code = SwooleProcess.wait(true).orElseThrow().code();
    if (code != 0) {
      throw new IllegalStateException("child: code " + code + " (expected: 0)");
    }
  }

  /** Reads so many bytes, in whatever parts they come. */
  private static void read(SwooleProcess process, long bytes) {
    long left = bytes;
    while (left > 0) {
      int part = process.read(LARGEST).orElseThrow().length;
      if (part == 0) {
        throw new IllegalStateException("pipe: ended " + left + " bytes early");
      }
      left -= part;
    }
  }

  private static double start() {
    long since = System.nanoTime();
    SwooleProcess process = started(new SwooleProcess(child -> child.write("!")));
    read(process, 1);
    double seconds = secondsSince(since);
    end(process);
    return seconds;
  }

  private double startMillis() {
    double sum = 0;
    for (int i = 0; i < starts; i++) {
      sum += start();
    }
    return sum / starts * 1000;
  }

  private double roundTrips(PipeType type) {
    int bytes = payload;
    SwooleProcess process =
        started(
            new SwooleProcess(
                child -> {
                  byte[] data = child.read(LARGEST).orElseThrow();
                  while (data.length > 0) {
                    child.write(data);
                    data = child.read(LARGEST).orElseThrow();
                  }
                },
                false,
                type));
    byte[] data = new byte[bytes];
    trips(process, data, trips / 2);
    long since = System.nanoTime();
    trips(process, data, trips);
    double seconds = secondsSince(since);
    end(process);
    return trips / seconds;
  }

  private static void trips(SwooleProcess process, byte[] data, int count) {
    for (int i = 0; i < count; i++) {
      process.write(data);
      read(process, data.length);
    }
  }

  private double oneWay(PipeType type) {
    int bytes = payload;
    int count = trips;
    SwooleProcess process =
        started(
            new SwooleProcess(
                child -> {
                  for (int round = 0; round < 2; round++) {
                    read(child, (long) bytes * count);
                    child.write("!");
                  }
                },
                false,
                type));
    byte[] data = new byte[bytes];
    send(process, data, count);
    long since = System.nanoTime();
    send(process, data, count);
    double seconds = secondsSince(since);
    end(process);
    return count / seconds;
  }

  private static void send(SwooleProcess process, byte[] data, int count) {
    for (int i = 0; i < count; i++) {
      process.write(data);
    }
    read(process, 1);
  }

  private double queue() {
    int count = trips;
    SwooleProcess process =
        new SwooleProcess(
            child -> {
              for (int round = 0; round < 2; round++) {
                for (int i = 0; i < count; i++) {
                  if (child.pop().isEmpty()) {
                    throw new IllegalStateException("the queue ended");
                  }
                }
                child.write("!");
              }
            });
    if (!process.useQueue(ThreadLocalRandom.current().nextInt(1, Integer.MAX_VALUE), 2)) {
      throw new IllegalStateException("queue: errno " + SwooleProcess.getLastError());
    }
    try {
      started(process);
      byte[] data = new byte[payload];
      push(process, data, count);
      long since = System.nanoTime();
      push(process, data, count);
      double seconds = secondsSince(since);
      end(process);
      return count / seconds;
    } finally {
      process.freeQueue();
    }
  }

  private static void push(SwooleProcess process, byte[] data, int count) {
    for (int i = 0; i < count; i++) {
      process.push(data);
    }
    read(process, 1);
  }
}
