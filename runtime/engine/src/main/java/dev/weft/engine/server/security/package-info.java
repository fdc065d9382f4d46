/**
 * Who is who within one application: its secret, its certificate authority, the identity of each
 * process, and the tokens of its REST interface. Imports the API and {@code protocol}, and alone
 * may name Bouncy Castle.
 */
package dev.weft.engine.server.security;
