#!/usr/bin/env bash
# Starts a long-running session on YARN, or attaches to one; see yarn-session.sh --help.
. "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/weft-env.sh"

log=$(client_log yarn-session)
opts="${WEFT_CLIENT_OPTS:-} $(option env.java.opts.client)"
# shellcheck disable=SC2086
exec "$JAVA" "${JAVA_FLAGS[@]}" $opts $(collector "$opts") \
  -Dweft.log.file="$log" \
  -Dlog4j2.configurationFile="$(conf_file log4j2-client.xml)" \
  -cp "$WEFT_HOME/lib/*" dev.weft.client.YarnSession "$@"
