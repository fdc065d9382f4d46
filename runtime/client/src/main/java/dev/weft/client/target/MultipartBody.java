package dev.weft.client.target;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;

/** A request of several parts ({@code multipart/form-data}, RFC 7578) that streams its files. */
final class MultipartBody {
  private final String boundary = "weft-" + UUID.randomUUID();
  private final List<Supplier<InputStream>> parts = new ArrayList<>();

  String contentType() {
    return "multipart/form-data; boundary=" + boundary;
  }

  MultipartBody json(String name, String json) {
    head("name=\"" + name + "\"", "application/json");
    return bytes(json.getBytes(StandardCharsets.UTF_8));
  }

  MultipartBody content(String name, String fileName, byte[] content) {
    head(
        "name=\"" + name + "\"; filename=\"" + quoted(fileName) + "\"", "application/octet-stream");
    return bytes(content);
  }

  MultipartBody file(String name, Path file) {
    String fileName = quoted(file.getFileName().toString());
    head("name=\"" + name + "\"; filename=\"" + fileName + "\"", "application/java-archive");
    parts.add(
        () -> {
          try {
            return Files.newInputStream(file);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
    return this;
  }

  BodyPublisher publisher() {
    List<Supplier<InputStream>> all = new ArrayList<>(parts);
    all.add(text("\r\n--" + boundary + "--\r\n"));
    return BodyPublishers.ofInputStream(
        () ->
            new SequenceInputStream(
                Collections.enumeration(all.stream().map(Supplier::get).toList())));
  }

  private void head(String disposition, String type) {
    String line = parts.isEmpty() ? "--" : "\r\n--";
    parts.add(
        text(
            line
                + boundary
                + "\r\nContent-Disposition: form-data; "
                + disposition
                + "\r\nContent-Type: "
                + type
                + "\r\n\r\n"));
  }

  private MultipartBody bytes(byte[] content) {
    parts.add(() -> new ByteArrayInputStream(content));
    return this;
  }

  private static Supplier<InputStream> text(String text) {
    return () -> new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String quoted(String fileName) {
    return fileName.replaceAll("[\"\\\\\\p{Cntrl}]", "_");
  }
}
