package dev.weft.engine.server.rest;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weft.api.error.WeftException;
import dev.weft.engine.plan.JobPlan;
import dev.weft.engine.plan.JobPlanCodec;
import dev.weft.engine.plugin.JobJars;
import dev.weft.engine.protocol.Artifact;
import io.javalin.http.Context;
import io.javalin.http.UploadedFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Takes a job: a request of several parts, of which {@code request} is JSON with {@code
 * executionPlanFileName} and {@code jobJarFileNames}, and the others are those files.
 */
final class JobSubmission {
  private static final String REQUEST = "request";
  private static final String PLAN_FILE = "executionPlanFileName";
  private static final String JAR_FILES = "jobJarFileNames";

  private final ControlGateway gateway;
  private final JarStore jars;
  private final Path directory;

  JobSubmission(ControlGateway gateway, JarStore jars, Path directory) {
    this.gateway = gateway;
    this.jars = jars;
    this.directory = directory;
  }

  void submit(Context context) throws IOException {
    if (!context.isMultipartFormData()) {
      throw RestException.badRequest("A job is submitted as multipart/form-data");
    }
    Map<String, UploadedFile> files = new LinkedHashMap<>();
    for (UploadedFile file : context.uploadedFiles()) {
      files.put(file.filename(), file);
    }
    JsonNode request = Json.parse(requestText(context));
    JobPlan plan = plan(fileOf(files, request.path(PLAN_FILE).asText("")));
    List<Artifact> artifacts = new ArrayList<>();
    for (JsonNode name : request.path(JAR_FILES)) {
      artifacts.add(jar(fileOf(files, name.asText())));
    }
    String jobId =
        gateway.await((control, then) -> control.submit(plan, List.copyOf(artifacts), then));
    Json.answer(context, 202, Json.object().put("jobUrl", "/jobs/" + jobId));
  }

  /** Clients send the JSON as a field or as a file. */
  private static String requestText(Context context) throws IOException {
    String field = context.formParam(REQUEST);
    if (field != null) {
      return field;
    }
    UploadedFile file = context.uploadedFile(REQUEST);
    if (file == null) {
      throw RestException.badRequest(
          "The part 'request' with " + PLAN_FILE + " and " + JAR_FILES + " is missing");
    }
    try (InputStream in = file.content()) {
      return new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    }
  }

  private static UploadedFile fileOf(Map<String, UploadedFile> files, String name) {
    UploadedFile file = files.get(name);
    if (file == null) {
      throw RestException.badRequest(
          "The file '"
              + name
              + "' that the request names is not among its parts "
              + files.keySet());
    }
    return file;
  }

  private static JobPlan plan(UploadedFile file) throws IOException {
    try (InputStream in = file.content()) {
      return JobPlanCodec.decode(in.readAllBytes());
    }
  }

  private Artifact jar(UploadedFile file) throws IOException {
    Files.createDirectories(directory);
    Path local = Files.createTempFile(directory, "upload-", ".jar");
    try {
      try (InputStream in = file.content();
          var out = Files.newOutputStream(local)) {
        in.transferTo(out);
      }
      JobJars.check(local);
      return jars.add(file.filename(), local);
    } catch (WeftException e) {
      throw new WeftException(
          e.code(), e.getMessage().replace(local.toString(), file.filename()), e);
    } finally {
      Files.deleteIfExists(local);
    }
  }
}
