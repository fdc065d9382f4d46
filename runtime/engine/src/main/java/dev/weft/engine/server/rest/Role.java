package dev.weft.engine.server.rest;

/** What a caller may do; each role includes those before it. */
public enum Role {
  /** Ask whether the process lives. */
  ANYONE,
  /** Look. */
  VIEW,
  /** Change. */
  ADMIN
}
