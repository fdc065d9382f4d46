package dev.weft.api.types;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * What a class of records or POJOs, or one of their fields, was called before. State in snapshots
 * that was written under a former name is found under the present one. A class is named in full, as
 * {@link Class#getName()} does.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.FIELD, ElementType.RECORD_COMPONENT})
public @interface FormerNames {
  /** The former names. */
  String[] value();
}
