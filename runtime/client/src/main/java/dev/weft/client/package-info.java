/**
 * The command line: verbs, flags, running the user's main, following jobs; and the targets local
 * and remote. Imports {@code client.target}, the API, and of the engine {@code plan}, {@code
 * plugin} and {@code server}.
 */
package dev.weft.client;
