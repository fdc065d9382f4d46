package dev.weft.engine.rules;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who may use whom within the engine; docs/architecture.md draws it. */
class ArchitectureTest {
  private static final List<String> SHARED = List.of("world", "protocol");
  private static final List<String> DATA_PLANE =
      List.of("memory", "batch", "spill", "state", "exchange", "exec", "operator", "worker");
  private static final List<String> CONTROL_PLANE = List.of("plan", "checkpoint", "job", "cluster");

  private static final JavaClasses ENGINE =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.weft.engine", "dev.weft.api");

  private static String[] packages(List<String> names) {
    return names.stream().map(name -> "dev.weft.engine." + name + "..").toArray(String[]::new);
  }

  @Test
  void thePlanesMeetOnlyInMessages() {
    noClasses()
        .that()
        .resideInAnyPackage(packages(DATA_PLANE))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(packages(CONTROL_PLANE))
        .check(ENGINE);
    noClasses()
        .that()
        .resideInAnyPackage(packages(CONTROL_PLANE))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(packages(DATA_PLANE))
        .check(ENGINE);
  }

  @Test
  void packagesImportOnlyThoseLeftOfThem() {
    for (List<String> line : List.of(DATA_PLANE, CONTROL_PLANE)) {
      for (int i = 0; i < line.size() - 1; i++) {
        noClasses()
            .that()
            .resideInAPackage("dev.weft.engine." + line.get(i) + "..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(packages(line.subList(i + 1, line.size())))
            .check(ENGINE);
      }
    }
  }

  @Test
  void sharedPackagesAndPluginsKnowNeitherPlane() {
    List<String> others = new ArrayList<>(DATA_PLANE);
    others.addAll(CONTROL_PLANE);
    others.add("server");
    List<String> inner = new ArrayList<>(SHARED);
    inner.add("plugin");
    noClasses()
        .that()
        .resideInAnyPackage(packages(inner))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(packages(others))
        .check(ENGINE);
  }

  @Test
  void onlyTheServerSeesTheServer() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.weft.engine.server..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.weft.engine.server..")
        .check(ENGINE);
  }

  @Test
  void theApiNeedsTheJdkOnly() {
    classes()
        .that()
        .resideInAPackage("dev.weft.api..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage("dev.weft.api..", "java..", "javax..")
        .check(ENGINE);
  }

  @Test
  void controlCodeHasNoLocksThreadsOrClocks() {
    noClasses()
        .that()
        .resideInAnyPackage(packages(CONTROL_PLANE))
        .should()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.lang.Thread")
        .orShould()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.util.concurrent.CompletableFuture")
        .orShould()
        .dependOnClassesThat()
        .resideInAPackage("java.util.concurrent.locks..")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(System.class, "nanoTime")
        .check(ENGINE);
  }

  @Test
  void onlyPortsReachTheOutside() {
    List<String> inside = new ArrayList<>(SHARED);
    inside.addAll(DATA_PLANE);
    inside.addAll(CONTROL_PLANE);
    noClasses()
        .that()
        .resideInAnyPackage(packages(inside))
        .should()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .callMethod(Thread.class, "sleep", long.class)
        .orShould()
        .callMethod(java.util.UUID.class, "randomUUID")
        .orShould()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.util.Random")
        .orShould()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.util.concurrent.ThreadLocalRandom")
        .orShould()
        .dependOnClassesThat()
        .resideInAPackage("java.net..")
        .check(ENGINE);
  }
}
