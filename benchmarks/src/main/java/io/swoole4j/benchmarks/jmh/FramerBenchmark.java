// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.benchmarks.jmh;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.swoole4j.internal.codec.EofFramer;
import io.swoole4j.internal.codec.Framer;
import io.swoole4j.internal.codec.FramingException;
import io.swoole4j.internal.codec.LengthFramer;
import io.swoole4j.internal.codec.LengthFunctionFramer;
import io.swoole4j.internal.codec.PacketSink;
import io.swoole4j.internal.codec.RawFramer;
import io.swoole4j.setting.LengthType;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * The cost of splitting a stream into packets, in nanoseconds per frame of 68 bytes (a length and
 * 64 bytes, or 66 bytes and CR LF), in reads of 64 KiB and of one byte. The raw framer, which
 * delivers the same bytes in far fewer pieces, shows what copying alone costs in large reads.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class FramerBenchmark {

  private static final int FRAME = 68;
  private static final int READ = 65_536;

  /** After so many reads of 64 KiB a frame and a read end together. */
  private static final int READS = 17;

  private static final int STREAM = READS * READ;
  private static final int FRAMES = STREAM / FRAME;
  private static final int FEW_FRAMES = 16;
  private static final int MAX_LENGTH = 2 * 1024 * 1024;

  /** Which framer. */
  @Param({"length", "eof-split", "eof-check", "function", "raw"})
  public String framing;

  private PacketSink sink;
  private Framer framer;
  private ByteBuf stream;

  /**
   * Fills the stream with frames.
   *
   * @param blackhole takes the packets
   */
  @Setup
  public void setUp(Blackhole blackhole) {
    sink = blackhole::consume;
    framer =
        switch (framing) {
          case "length" -> new LengthFramer(LengthType.UINT32_NETWORK, 0, 4, MAX_LENGTH);
          case "eof-split" -> new EofFramer(new byte[] {'\r', '\n'}, true, MAX_LENGTH);
          case "eof-check" -> new EofFramer(new byte[] {'\r', '\n'}, false, MAX_LENGTH);
          case "function" ->
              new LengthFunctionFramer(
                  data -> data.remaining() < 4 ? 0 : data.getInt(0) + 4, MAX_LENGTH);
          default -> new RawFramer();
        };
    stream = PooledByteBufAllocator.DEFAULT.directBuffer(STREAM, STREAM);
    for (int i = 0; i < FRAMES; i++) {
      if (framing.startsWith("eof")) {
        stream.writeZero(FRAME - 2).writeByte('\r').writeByte('\n');
      } else {
        stream.writeInt(FRAME - 4).writeZero(FRAME - 4);
      }
    }
  }

  /** Frees the stream. */
  @TearDown
  public void tearDown() {
    stream.release();
  }

  /** One frame out of reads of 64 KiB. */
  @Benchmark
  @OperationsPerInvocation(FRAMES)
  public void largeReads() throws FramingException {
    for (int i = 0; i < STREAM; i += READ) {
      framer.decode(stream.setIndex(i, i + READ), sink);
    }
  }

  /** One frame out of reads of one byte. */
  @Benchmark
  @OperationsPerInvocation(FEW_FRAMES)
  public void oneByteReads() throws FramingException {
    for (int i = 0; i < FEW_FRAMES * FRAME; i++) {
      framer.decode(stream.setIndex(i, i + 1), sink);
    }
  }
}
