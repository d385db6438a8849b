// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A request is made of bytes without a server. */
class RequestParseTest {
  private static final String HEAD =
      String.join(
          "\r\n",
          "POST /a?b=c HTTP/1.1",
          "Host: a",
          "Cookie: d=e",
          "Content-Length: 3",
          "Content-Type: application/x-www-form-urlencoded",
          "",
          "");

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 10, 30, 70, 110})
  void takesAHeadThatIsCutAnywhere(int cut) {
    Request request = Request.create();

    assertThat(request.parse(bytes(HEAD.substring(0, cut)))).isEqualTo(cut);
    assertThat(request.isCompleted()).isFalse();
    assertThat(request.parse(bytes(HEAD.substring(cut)))).isEqualTo(HEAD.length() - cut);
    assertThat(request.isCompleted()).isFalse();
    assertThatIllegalStateException().isThrownBy(request::getMethod);
    assertThat(request.parse(bytes("f=1more"))).isEqualTo(3);

    assertThat(request.isCompleted()).isTrue();
    assertThat(request.parse(bytes("x"))).isEqualTo(-1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> request.parse(null))
        .withMessage("data: null (expected: bytes)");
    assertThat(request.getMethod()).isEqualTo("POST");
    assertThat(request.get()).isEqualTo(Map.of("b", "c"));
    assertThat(request.post()).isEqualTo(Map.of("f", "1"));
    assertThat(request.cookie()).isEqualTo(Map.of("d", "e"));
    assertThat(new String(request.getData(), UTF_8)).isEqualTo(HEAD + "f=1");
  }

  @Test
  void takesTheFirstOfSeveral() {
    Request request = Request.create(Map.of("parse_cookie", false, "parse_body", false));
    String one = "GET / HTTP/1.1\r\nHost: a\r\nCookie: d=e\r\n\r\n";

    assertThat(request.parse(bytes(one + one))).isEqualTo(one.length());
    assertThat(request.cookie()).isEmpty();
    assertThat(request.header()).containsEntry("cookie", "d=e");
  }

  @Test
  void takesChunks() {
    Request request = Request.create();
    String chunked =
        "PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n";

    assertThat(request.parse(bytes(chunked))).isEqualTo(chunked.length());
    assertThat(new String(request.rawContent(), UTF_8)).isEqualTo("ab");
    assertThat(new String(request.getData(), UTF_8)).isEqualTo(chunked);
  }

  @Test
  void refusesWhatIsNone() {
    Request request = Request.create();

    assertThat(request.parse(bytes("garbage\r\n\r\n"))).isEqualTo(-1);
    assertThat(request.parse(bytes("GET / HTTP/1.1\r\nHost: a\r\n\r\n"))).isEqualTo(-1);
    assertThat(request.isCompleted()).isFalse();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Request.create(Map.of("parse_files", true)));
  }
}
