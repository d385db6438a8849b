// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.function.Consumer;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/** A client with the JDK's TLS that trusts every server; reads end after 30 seconds. */
public final class TlsClient implements AutoCloseable {
  private static final int LIMIT_MILLIS = 30_000;
  private static final int SLOW_BUFFER = 8 * 1024;

  private final SSLSocket socket;

  private TlsClient(SSLSocket socket) {
    this.socket = socket;
  }

  /** Connects to a port of 127.0.0.1 and ends the handshake. */
  public static TlsClient connect(int port) {
    return connect(port, parameters -> {});
  }

  /** The same asking for a host's name. */
  public static TlsClient connect(int port, String host) {
    return connect(port, parameters -> parameters.setServerNames(List.of(new SNIHostName(host))));
  }

  /** The same with other parameters. */
  public static TlsClient connect(int port, Consumer<SSLParameters> options) {
    return connect(context(), port, options);
  }

  /** The same with a context, which remembers sessions. */
  public static TlsClient connect(SSLContext context, int port, Consumer<SSLParameters> options) {
    return connect(context, port, 0, options);
  }

  /** The same with small buffers of the kernel: the mark of a slow reader. */
  public static TlsClient connectSlow(int port, Consumer<SSLParameters> options) {
    return connect(context(), port, SLOW_BUFFER, options);
  }

  private static TlsClient connect(
      SSLContext context, int port, int buffer, Consumer<SSLParameters> options) {
    try {
      SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket();
      try {
        if (buffer > 0) {
          socket.setReceiveBufferSize(buffer);
          socket.setSendBufferSize(buffer);
        }
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), LIMIT_MILLIS);
        socket.setSoTimeout(LIMIT_MILLIS);
        socket.setTcpNoDelay(true);
        SSLParameters parameters = socket.getSSLParameters();
        options.accept(parameters);
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return new TlsClient(socket);
      } catch (IOException e) {
        socket.close();
        throw e;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Connects, ends the handshake and asks for something, then takes what comes as fast as it can
   * without decrypting it, on a thread of its own, until either side closes. Closing it ends both.
   */
  public static AutoCloseable takingAll(int port, byte[] request) throws IOException {
    Socket plain = new Socket(InetAddress.getLoopbackAddress(), port);
    SSLSocket tls;
    try {
      tls = (SSLSocket) context().getSocketFactory().createSocket(plain, "127.0.0.1", port, true);
      tls.getOutputStream().write(request);
    } catch (IOException e) {
      plain.close();
      throw e;
    }
    Thread taking =
        new Thread(
            () -> {
              byte[] buffer = new byte[1 << 20];
              try {
                while (plain.getInputStream().read(buffer) >= 0) {
                  // Nobody looks at it.
                }
              } catch (IOException e) {
                // Closed by either side.
              }
            },
            "taking-all");
    taking.start();
    return () -> {
      plain.close();
      taking.join();
      // Keeps it reachable until here: it closes the socket when it is collected.
      tls.close();
    };
  }

  /** A context that trusts everybody. */
  public static SSLContext context() {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {new TrustsAll()}, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Writes all. */
  public TlsClient send(byte[] bytes) {
    try {
      socket.getOutputStream().write(bytes);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes text in UTF-8. */
  public TlsClient send(String text) {
    return send(text.getBytes(UTF_8));
  }

  /** Reads as many bytes; fewer only if the stream ends. */
  public byte[] read(int count) {
    try {
      return socket.getInputStream().readNBytes(count);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The same as text. */
  public String readText(int count) {
    return new String(read(count), UTF_8);
  }

  /** Reads up to the end of the stream, which has to be an orderly one of TLS. */
  public byte[] readUntilEnd() {
    return read(Integer.MAX_VALUE);
  }

  /** Tells the server that nothing more comes. */
  public TlsClient shutdownOutput() {
    try {
      socket.shutdownOutput();
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Resets the connection. */
  public void abort() {
    try {
      socket.setSoLinger(true, 0);
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The socket, for what is special. */
  public SSLSocket socket() {
    return socket;
  }

  /** The common name of the server's certificate, in the form {@code CN=..., O=...}. */
  public String serverSubject() {
    try {
      X509Certificate certificate = (X509Certificate) socket.getSession().getPeerCertificates()[0];
      return certificate.getSubjectX500Principal().getName();
    } catch (SSLPeerUnverifiedException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static final class TrustsAll extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
