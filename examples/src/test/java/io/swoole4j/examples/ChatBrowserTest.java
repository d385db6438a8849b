// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * Two windows of a real browser talk. With {@code -Dswoole4j.docs.write=true} the screenshot of the
 * documentation is made anew.
 */
final class ChatBrowserTest {
  private static final String LINES =
      "[...document.querySelectorAll('#lines li')].map(line => line.querySelector('b') ?"
          + " line.querySelector('b').textContent + ': ' + line.lastChild.textContent :"
          + " line.textContent).join(' | ')";
  private static final String SAID =
      "[...document.querySelectorAll('#lines li:not(.event)')].map(line =>"
          + " line.lastChild.textContent).join(' | ')";
  private static final String NAMES =
      "[...document.querySelectorAll('#names li')].map(name => name.textContent).join(', ')";

  private static void join(Browser.Page page, String name) {
    // The window has an empty page first.
    page.awaitValue("location.protocol + document.readyState", "http:complete");
    page.evaluate("document.getElementById('name').value = '" + name + "'");
    page.evaluate("document.querySelector('#join button').click()");
    page.awaitValue("document.getElementById('chat').hidden", "false");
  }

  private static void say(Browser.Page page, String text) {
    page.awaitValue("document.getElementById('text').disabled", "false");
    page.evaluate("document.getElementById('text').value = '" + text + "'");
    page.evaluate("document.querySelector('#say button').click()");
  }

  @Test
  void twoWindowsTalk() throws IOException {
    Optional<Path> program = Browser.find();
    assumeTrue(program.isPresent(), "no Chromium on this machine: the chat is not driven in it");

    try (ExampleProcess server = ExampleProcess.run("chat", "--port", "0").awaitListening();
        Browser browser = Browser.start(program.orElseThrow())) {
      String address = "http://127.0.0.1:" + server.port() + "/";
      Browser.Page ann = browser.open(address);
      join(ann, "Ann");
      Browser.Page bob = browser.open(address);
      join(bob, "Bob");
      say(ann, "Hello Bob, can you see this?");
      bob.awaitValue(LINES, "Ann: Hello Bob, can you see this?");
      say(bob, "<b>Yes</b>, it works on my phone too.");

      ann.awaitValue(
          LINES,
          "Bob has joined | Ann: Hello Bob, can you see this?"
              + " | Bob: <b>Yes</b>, it works on my phone too.");
      ann.awaitValue(NAMES, "Ann (you), Bob");
      bob.awaitValue("document.title", "# lobby");

      bob.resize(360, 640, true);
      bob.awaitValue("document.documentElement.scrollWidth <= 360", "true");
      assertThat(bob.evaluate("getComputedStyle(document.getElementById('people')).display"))
          .isEqualTo("none");
      bob.evaluate("document.getElementById('who').click()");
      assertThat(bob.evaluate("getComputedStyle(document.getElementById('people')).display"))
          .isEqualTo("block");

      takeScreenshot(ann);
      bob.evaluate("document.getElementById('leave').click()");
      ann.awaitValue(NAMES, "Ann (you)");
    }
  }

  @Test
  void comesBackWhenItsConnectionIsLost() {
    Optional<Path> program = Browser.find();
    assumeTrue(program.isPresent(), "no Chromium on this machine: the chat is not driven in it");

    try (ExampleProcess server = ExampleProcess.run("chat", "--port", "0").awaitListening();
        Browser browser = Browser.start(program.orElseThrow())) {
      Browser.Page page = browser.open("http://127.0.0.1:" + server.port() + "/#kitchen");
      join(page, "Ann");
      say(page, "before");
      page.awaitValue(LINES, "Ann: before");

      page.evaluate("window.lostSocket = socket");
      page.evaluate("socket.close()");
      // What is said before the page has noticed would be lost with the socket.
      page.awaitValue(
          "socket && socket !== lostSocket && !document.getElementById('text').disabled", "true");
      say(page, "after");
      page.awaitValue(SAID, "before | after");
      assertThat(page.evaluate("document.title")).isEqualTo("# kitchen");
    }
  }

  private static void takeScreenshot(Browser.Page page) throws IOException {
    page.resize(900, 560, false);
    byte[] image = page.screenshot();
    assertThat(image).hasSizeGreaterThan(5_000).startsWith(0x89, 'P', 'N', 'G');
    if (Boolean.getBoolean("swoole4j.docs.write")) {
      Files.write(Path.of("../docs/images/chat.png"), image);
    }
  }
}
