// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.http;

import static io.swoole4j.http.HttpFixture.server;
import static org.assertj.core.api.Assertions.assertThat;

import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Cookies reach the client as they were set, and bring nothing else along. */
class ResponseCookieTest {

  private static List<String> cookies(RunningServer running) {
    String head = running.client().send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").readUntil("\r\n\r\n");
    List<String> cookies = new ArrayList<>();
    Arrays.stream(head.split("\r\n", -1))
        .filter(line -> line.startsWith("Set-Cookie: "))
        .forEach(line -> cookies.add(line.substring("Set-Cookie: ".length())));
    assertThat(head).doesNotContain("\nX-Injected");
    return cookies;
  }

  @ServerMatrix
  void sendsEachCookieInALineOfItsOwn(ServerVariant variant) {
    HttpServer server =
        server(
            variant,
            (request, response) -> {
              response.cookie("a", "1 2/é");
              response.cookie("a", "again");
              response.rawcookie("b", "1/2=%20", 0, "/", "", false, true);
              response.cookie("c", "v", 1, "/p", "example.com", true, true, "None", "Low", true);
              response.cookie("d", null);
              response.setCookie("e", "");
              response.setRawCookie("f", "+");
              response.cookie(new Cookie().withName("g").withValue("v").withPriority("High"));
              response.end("x");
            });

    try (RunningServer running = RunningServer.start(server)) {
      assertThat(cookies(running))
          .containsExactly(
              "a=1+2%2F%C3%A9; path=/",
              "a=again; path=/",
              "b=1/2=%20; path=/; HttpOnly",
              "c=v; expires=Thu, 01-Jan-1970 00:00:01 GMT; Max-Age=0; path=/p;"
                  + " domain=example.com; secure; HttpOnly; SameSite=None; Priority=Low;"
                  + " Partitioned",
              "d=deleted; expires=Thu, 01-Jan-1970 00:00:01 GMT; Max-Age=0; path=/",
              "e=deleted; expires=Thu, 01-Jan-1970 00:00:01 GMT; Max-Age=0; path=/",
              "f=+; path=/",
              "g=v; Priority=High");
    }
  }

  @ServerMatrix
  void leavesOutCookiesThatWouldBreakOutOfTheirLine(ServerVariant variant)
      throws InterruptedException {
    LinkedBlockingQueue<Boolean> answers = new LinkedBlockingQueue<>();
    String evil = "v\r\nX-Injected: 1";
    HttpServer server =
        server(
            variant,
            (request, response) -> {
              answers.add(response.rawcookie("a", evil));
              answers.add(response.cookie(evil, "v"));
              answers.add(response.cookie("b", "v", 0, evil, "", false, false));
              answers.add(response.cookie("c", "v", 0, "/", "x;HttpOnly", false, false));
              answers.add(response.cookie(new Cookie()));
              answers.add(response.cookie("d", evil));
              response.end("x");
            });

    try (RunningServer running = RunningServer.start(server)) {
      assertThat(cookies(running)).containsExactly("d=v%0D%0AX-Injected%3A+1; path=/");
      for (boolean expected : new boolean[] {false, false, false, false, false, true}) {
        assertThat(answers.poll(30, TimeUnit.SECONDS)).isEqualTo(expected);
      }
    }
  }

  @ServerMatrix
  void setsNoneOnceTheHeadWasSent(ServerVariant variant) throws InterruptedException {
    LinkedBlockingQueue<Boolean> answers = new LinkedBlockingQueue<>();
    HttpServer server =
        server(
            variant,
            (request, response) -> {
              response.write("x");
              answers.add(response.cookie("a", "1"));
              response.end();
            });

    try (RunningServer running = RunningServer.start(server)) {
      assertThat(cookies(running)).isEmpty();
      assertThat(answers.poll(30, TimeUnit.SECONDS)).isFalse();
    }
  }

  @ServerMatrix(transports = "nio")
  void deletesEncodesAndLimitsCookiesAsSwooleDoes(ServerVariant variant) {
    String special = "a/b=c%20&d";
    long newYear2100 = 4_102_444_800L;
    HttpServer server =
        server(
            variant,
            (request, response) -> {
              for (long expires : new long[] {0, -1, 1}) {
                response.cookie("none", null, expires);
                response.cookie("empty", "", expires);
                response.cookie("kept", "v", expires);
              }
              response.cookie("coded", special);
              response.rawcookie("raw", special);
              response.cookie(
                  "all", "v", newYear2100, "/p", "example.com", true, true, "None", "", false);
              response.cookie(
                  "all", "", newYear2100, "/p", "example.com", true, true, "None", "", false);
              response.end();
            });

    try (RunningServer running = RunningServer.start(server)) {
      long before = System.currentTimeMillis() / 1000;
      List<String> cookies = cookies(running);
      long after = System.currentTimeMillis() / 1000;

      String gone = "expires=Thu, 01-Jan-1970 00:00:01 GMT; Max-Age=0; path=/";
      String attributes = "; path=/p; domain=example.com; secure; HttpOnly; SameSite=None";
      List<String> expected = new ArrayList<>();
      for (String kept : List.of("kept=v; path=/", "kept=v; path=/", "kept=v; " + gone)) {
        expected.addAll(List.of("none=deleted; " + gone, "empty=deleted; " + gone, kept));
      }
      expected.add("coded=a%2Fb%3Dc%2520%26d; path=/");
      expected.add("raw=" + special + "; path=/");
      String limited = "all=v; expires=Fri, 01-Jan-2100 00:00:00 GMT; Max-Age=";
      assertThat(cookies).startsWith(expected.toArray(String[]::new)).hasSize(13);
      assertThat(cookies.get(11)).startsWith(limited).endsWith(attributes);
      String age =
          cookies
              .get(11)
              .substring(limited.length(), cookies.get(11).length() - attributes.length());
      assertThat(Long.parseLong(age)).isBetween(newYear2100 - after, newYear2100 - before);
      assertThat(cookies.get(12))
          .isEqualTo("all=deleted; " + gone.replace("; path=/", "") + attributes);
    }
  }
}
