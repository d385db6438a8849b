// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.http.upload;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.swoole4j.internal.http.form.BodyRefusedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Forms with files, in any pieces and with any content. */
class FormDataReaderTest {

  private static final String B = "XbX";

  @TempDir private Path directory;

  private FormDataReader reader(long maxFieldBytes, long maxFileBytes) {
    UploadDirectory uploads = UploadDirectory.open("upload_tmp_dir", directory.toString());
    return new FormDataReader(B, new FormDataReader.Limits(uploads, maxFieldBytes, maxFileBytes));
  }

  private FormData read(byte[] body, int slice) throws BodyRefusedException {
    FormDataReader reader = reader(1 << 20, 1 << 20);
    for (int from = 0; from < body.length; from += slice) {
      reader.feed(body, from, Math.min(slice, body.length - from));
    }
    return reader.finish();
  }

  private FormData read(String body) throws BodyRefusedException {
    return read(body.getBytes(UTF_8), Integer.MAX_VALUE / 2);
  }

  private static String field(String name, String value) {
    return "--XbX\r\nContent-Disposition: form-data; name=\""
        + name
        + "\"\r\n\r\n"
        + value
        + "\r\n";
  }

  private static String file(String name, String fileName, String content) {
    return "--XbX\r\nContent-Disposition: form-data; name=\""
        + name
        + "\"; filename=\""
        + fileName
        + "\"\r\nContent-Type: text/x; y=z\r\n\r\n"
        + content
        + "\r\n";
  }

  private static byte[] bytesOf(StoredFile file) throws IOException {
    return Files.readAllBytes(Objects.requireNonNull(file.path()));
  }

  private List<Path> stored() throws IOException {
    try (Stream<Path> found = Files.list(directory)) {
      return found.toList();
    }
  }

  @Test
  void refusesMoreThanALittleOutsideOfParts() throws Exception {
    String form = field("a", "1") + "--XbX--";
    String little = "p".repeat(60_000) + "\r\n";
    assertThat(read(little + form + "\r\nepilogue").fields()).containsEntry("a", "1");

    // Noise before the parts, behind them, behind delimiters; in sum.
    List<String> tooMuch =
        List.of(
            "p".repeat(70_000) + "\r\n" + form,
            form + "e".repeat(70_000),
            form.replace("XbX--", "XbX" + " ".repeat(70_000) + "\r\n"),
            little + form + "e".repeat(6_000));
    for (String body : tooMuch) {
      assertThatExceptionOfType(BodyRefusedException.class)
          .isThrownBy(() -> read(body.getBytes(UTF_8), 1000))
          .satisfies(refusal -> assertThat(refusal.status()).isEqualTo(400));
    }
  }

  @Test
  void readsFieldsAndFilesHoweverTheyAreCut() throws Exception {
    byte[] noise = new byte[3000];
    new Random(3).nextBytes(noise);
    String content =
        new String(noise, ISO_8859_1)
            + "\r\r\n\r\n--\r\n--Xb\r\n--XbY\r\n--XbX:\r\n--XbX-x\r\n--XbX\rx\r\r\n--X\r\n";
    byte[] body =
        ("preamble\r\n--Xb\r\n"
                + field("a[]", "1")
                + field("a[]", "2\r\n")
                + file("f", "IMG_0941(17).png", content)
                + field("empty", "")
                + "--XbX--\r\nepilogue\r\n--XbX\r\n")
            .getBytes(ISO_8859_1);

    for (int slice : new int[] {1, 2, 3, 7, 64, 250, 1024, body.length}) {
      FormData form = read(body, slice);

      assertThat(form.fields()).isEqualTo(Map.of("a", List.of("1", "2\r\n"), "empty", ""));
      assertThat(form.files()).hasSize(1);
      StoredFile file = form.files().get(0);
      assertThat(file.field()).isEqualTo("f");
      assertThat(file.name()).isEqualTo("IMG_0941(17).png");
      assertThat(file.type()).isEqualTo("text/x; y=z");
      assertThat(file.error()).isEqualTo(StoredFile.OK);
      assertThat(file.size()).isEqualTo(content.length());
      assertThat(bytesOf(file)).isEqualTo(content.getBytes(ISO_8859_1));
      form.discard();
    }
    assertThat(stored()).isEmpty();
  }

  @Test
  void storesFilesForTheirOwnerAloneUnderSwoolesName() throws Exception {
    FormData form = read(file("f", "a", "x") + "--XbX--");

    assertThat(stored()).singleElement().isEqualTo(form.files().get(0).path());
    Path path = stored().get(0);
    assertThat(path.getFileName().toString()).startsWith("swoole.upfile.");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
        .isEqualTo("rw-------");
  }

  @Test
  void takesTheLastPartOfAFileName() throws Exception {
    Map<String, String> names =
        Map.of(
            "../../etc/passwd", "passwd",
            "C:\\dir\\a.txt", "a.txt",
            "..\\..\\b", "b",
            "c.php\0.jpg", "c.php",
            "test-+=.jpg", "test-+=.jpg",
            "a\\\"b;c.txt", "a\"b;c.txt",
            "\u4f60.txt", "\u4f60.txt");
    for (Map.Entry<String, String> name : names.entrySet()) {
      FormData form = read(file("f", name.getKey(), "x") + "--XbX--");

      assertThat(form.files())
          .singleElement()
          .extracting(StoredFile::name)
          .isEqualTo(name.getValue());
      form.discard();
    }
  }

  @Test
  void readsTheExtendedFileNameWhenThereIsNoOther() throws Exception {
    String part =
        "--XbX\r\ncontent-disposition: FORM-DATA; NAME=f; filename*=UTF-8''%E4%BD%A0+.txt\r\n\r\nx\r\n";

    assertThat(read(part + "--XbX--").files())
        .extracting(StoredFile::name)
        .containsExactly("你+.txt");
  }

  @Test
  void takesAFieldForAFileThatWasLeftEmpty() throws Exception {
    StoredFile file = read(file("f", "", "") + "--XbX--").files().get(0);

    assertThat(file.error()).isEqualTo(StoredFile.NO_FILE);
    assertThat(file.path()).isNull();
    assertThat(stored()).isEmpty();
  }

  @Test
  void findsNothingInTheClosingDelimiterAlone() throws Exception {
    for (String body : List.of("--XbX--", "--XbX--\r\n", "\r\n--XbX--\r\n", "", "garbage")) {
      FormData form = read(body);

      assertThat(form.fields()).isEmpty();
      assertThat(form.files()).isEmpty();
    }
  }

  @Test
  void acceptsPaddingEmptyHeadersAndPartsWithoutData() throws Exception {
    String body =
        String.join(
            "\r\n",
            "--XbX \t ",
            "",
            "nameless",
            "--XbX",
            "Content-Disposition: form-data; name=a",
            "",
            "--XbX",
            "Content-Disposition: form-data; name=b",
            "",
            "-x",
            "--XbX",
            "Content-Disposition: attachment; name=c",
            "",
            "x",
            "--XbX-- ");
    for (int slice : new int[] {1, 5, body.length()}) {
      assertThat(read(body.getBytes(UTF_8), slice).fields()).isEqualTo(Map.of("a", "", "b", "-x"));
    }
  }

  @Test
  void keepsAFieldThatIsCutOffAndMarksAFile() throws Exception {
    assertThat(read("--XbX\r\nContent-Disposition: form-data; name=a\r\n\r\n12").fields())
        .isEqualTo(Map.of("a", "12"));

    FormData form = read("--XbX\r\nContent-Disposition: form-data; name=f; filename=a\r\n\r\n12");
    assertThat(form.files()).extracting(StoredFile::error).containsExactly(StoredFile.PARTIAL);
    assertThat(stored()).isEmpty();
  }

  @Test
  void refusesAFileOverTheLimitAndLeavesNothingBehind() throws Exception {
    FormDataReader reader = reader(1000, 10);
    byte[] body = (file("f", "a", "0123456789") + file("g", "b", "0123456789A")).getBytes(UTF_8);

    assertRefused(413, reader, body);

    reader.abort();
    assertThat(stored()).isEmpty();
  }

  @Test
  void refusesFieldsOverTheLimitInSum() throws Exception {
    FormDataReader reader = reader(1000, 10);
    for (int i = 0; i < 9; i++) {
      byte[] body = field("a", "x".repeat(109)).getBytes(UTF_8);
      reader.feed(body, 0, body.length);
    }

    assertRefused(413, reader, field("a", "x".repeat(109)).getBytes(UTF_8));
  }

  @Test
  void refusesHeadersWithoutEndAndPartsWithoutNumber() {
    assertRefused(400, reader(1 << 20, 1), ("--XbX\r\n" + "a".repeat(9000)).getBytes(UTF_8));
    assertRefused(400, reader(1 << 20, 1), "--XbX\r\n\r\n\r\n".repeat(1025).getBytes(UTF_8));
    assertRefused(400, reader(1 << 20, 1), "--XbX  x\r\n".getBytes(UTF_8));
    assertRefused(400, reader(1 << 20, 1), "--XbX \rx".getBytes(UTF_8));
  }

  private static void assertRefused(int status, FormDataReader reader, byte[] body) {
    assertThatExceptionOfType(BodyRefusedException.class)
        .isThrownBy(() -> reader.feed(body, 0, body.length))
        .satisfies(e -> assertThat(e.status()).isEqualTo(status));
  }

  @Test
  void keepsTheFirst128FieldsAndFilesAndCountsTheRest() throws Exception {
    StringBuilder body = new StringBuilder();
    for (int i = 0; i < 130; i++) {
      body.append(field("k" + i, "v")).append(file("f" + i, "", ""));
    }

    FormData form = read(body + "--XbX--");

    assertThat(form.fields()).hasSize(128).doesNotContainKey("k128");
    assertThat(form.files()).hasSize(128);
    assertThat(form.overLimit()).isEqualTo(4);
  }

  @Test
  void marksFilesLargerThanTheFormItselfAllows() throws Exception {
    FormData form =
        read(
            field("MAX_FILE_SIZE", "4")
                + file("f", "a", "1234")
                + file("g", "b", "12345")
                + field("h", "i")
                + "--XbX--");

    assertThat(form.files())
        .extracting(StoredFile::error)
        .containsExactly(StoredFile.OK, StoredFile.FORM_SIZE);
    assertThat(form.fields()).containsEntry("h", "i");
    assertThat(stored()).hasSize(1);
  }

  @Test
  void readsOnWhenFilesCannotBeStored() throws Exception {
    FormDataReader reader = reader(1000, 10);
    Files.delete(directory);
    byte[] body = (file("f", "a", "x") + field("b", "c") + "--XbX--").getBytes(UTF_8);

    reader.feed(body, 0, body.length);
    FormData form = reader.finish();

    assertThat(form.files()).extracting(StoredFile::error).containsExactly(StoredFile.NO_TMP_DIR);
    assertThat(form.fields()).isEqualTo(Map.of("b", "c"));
    Files.createDirectory(directory);
  }

  @Test
  void removesFilesWhenAborted() throws Exception {
    FormDataReader reader = reader(1000, 1000);
    byte[] body = (file("f", "a", "x") + file("g", "b", "y".repeat(100))).getBytes(UTF_8);
    reader.feed(body, 0, body.length - 50);
    assertThat(stored()).hasSize(2);

    reader.abort();

    assertThat(stored()).isEmpty();
  }

  @Test
  void leavesAFileThatWasMoved(@TempDir Path target) throws Exception {
    FormData form = read(file("f", "a", "x") + "--XbX--");
    StoredFile file = form.files().get(0);
    assertThat(file.isStored()).isTrue();
    file.moveTo(target.resolve("kept"));
    form.discard();

    assertThat(target.resolve("kept")).hasContent("x");
    assertThat(file.isStored()).isFalse();
    assertThatIllegalStateException().isThrownBy(() -> file.moveTo(target.resolve("again")));
  }

  @Test
  void refusesADirectoryThatIsNone() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> UploadDirectory.open("upload_tmp_dir", directory.resolve("none").toString()))
        .withMessageStartingWith("upload_tmp_dir: ");
  }

  @Test
  void knowsABoundaryByItsContentType() {
    assertThat(MultipartBoundary.of("multipart/form-data; boundary=abc")).contains("abc");
    assertThat(MultipartBoundary.of("Multipart/Form-Data;charset=UTF-8; Boundary=\"a b\""))
        .contains("a b");
    assertThat(MultipartBoundary.of("multipart/form-data; boundary=abc;charset=UTF-8"))
        .contains("abc");
    assertThat(MultipartBoundary.of("multipart/form-data; boundary=" + "b".repeat(70))).isPresent();
    assertThat(MultipartBoundary.of("multipart/form-data; boundary=" + "b".repeat(71))).isEmpty();
    assertThat(MultipartBoundary.of("multipart/form-data; boundary=")).isEmpty();
    assertThat(MultipartBoundary.of("multipart/form-data")).isEmpty();
    assertThat(MultipartBoundary.of("multipart/mixed; boundary=abc")).isEmpty();
    assertThat(MultipartBoundary.of("text/plain; boundary=abc")).isEmpty();
    assertThat(MultipartBoundary.of(null)).isEmpty();
  }
}
