package dev.weft.engine.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EdgeKindTest {
  private static final int WIDTH_MAX = 25;

  @ParameterizedTest
  @EnumSource(EdgeKind.class)
  void bothEndsKnowTheSameChannels(EdgeKind kind) {
    for (int producers = 1; producers <= WIDTH_MAX; producers++) {
      for (int consumers = 1; consumers <= WIDTH_MAX; consumers++) {
        if (kind == EdgeKind.FORWARD && producers != consumers) {
          continue;
        }
        for (int producer = 0; producer < producers; producer++) {
          for (int consumer = 0; consumer < consumers; consumer++) {
            EdgeKind.Span out = kind.consumersOf(producer, producers, consumers);
            EdgeKind.Span in = kind.producersOf(consumer, producers, consumers);
            assertEquals(
                out.first() <= consumer && consumer < out.end(),
                in.first() <= producer && producer < in.end(),
                producer + " of " + producers + " to " + consumer + " of " + consumers);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(EdgeKind.class)
  void everySubtaskHasAChannel(EdgeKind kind) {
    for (int n = 1; n <= WIDTH_MAX; n++) {
      int others = kind == EdgeKind.FORWARD ? n : WIDTH_MAX + 1 - n;
      for (int i = 0; i < n; i++) {
        assertTrue(kind.consumersOf(i, n, others).size() > 0, i + " of " + n);
        assertTrue(kind.producersOf(i, others, n).size() > 0, i + " of " + n);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(value = EdgeKind.class, names = "RESCALE")
  void partsFollowOnEachOtherAndAreOfOneSize(EdgeKind kind) {
    for (int few = 1; few <= WIDTH_MAX; few++) {
      for (int many = few; many <= WIDTH_MAX; many++) {
        int next = 0;
        for (int part = 0; part < few; part++) {
          EdgeKind.Span span = kind.consumersOf(part, few, many);
          assertEquals(next, span.first());
          assertTrue(span.size() == many / few || span.size() == many / few + 1);
          assertEquals(span, kind.producersOf(part, many, few));
          next = span.end();
        }
        assertEquals(many, next);
      }
    }
  }
}
