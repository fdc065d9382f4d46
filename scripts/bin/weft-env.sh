#!/usr/bin/env bash
# What all commands share: where the installation is, which Java runs it. Sourced, not run.
set -euo pipefail

WEFT_HOME=${WEFT_HOME:-$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)}
WEFT_CONF_DIR=${WEFT_CONF_DIR:-$WEFT_HOME/conf}
WEFT_LOG_DIR=${WEFT_LOG_DIR:-$WEFT_HOME/log}
WEFT_RUN_DIR=$WEFT_HOME/run
export WEFT_HOME WEFT_CONF_DIR WEFT_LOG_DIR

if [ -n "${JAVA_HOME:-}" ]; then
  JAVA=$JAVA_HOME/bin/java
else
  JAVA=$(command -v java || true)
fi
if [ -z "$JAVA" ] || [ ! -x "$JAVA" ]; then
  echo "weft: no Java found${JAVA_HOME:+ at JAVA_HOME=$JAVA_HOME}; install JDK 17 or newer and set JAVA_HOME" >&2
  exit 3
fi

# option KEY: the text of an option in config.yaml, or nothing
option() {
  [ -f "$WEFT_CONF_DIR/config.yaml" ] || return 0
  sed -n "s/^$(printf '%s' "$1" | sed 's/\./\\./g'):[[:space:]]*\([^#]*[^#[:space:]]\).*/\1/p" \
    "$WEFT_CONF_DIR/config.yaml" | tail -n 1
}

# conf_file NAME: a file of the configuration directory, or else of the installation
conf_file() {
  if [ -f "$WEFT_CONF_DIR/$1" ]; then echo "$WEFT_CONF_DIR/$1"; else echo "$WEFT_HOME/conf/$1"; fi
}

# mebibytes TEXT DEFAULT: a memory size as whole mebibytes
mebibytes() {
  local text=${1:-} number unit
  number=$(printf '%s' "$text" | sed -n 's/^\([0-9]*\).*/\1/p')
  unit=$(printf '%s' "$text" | sed 's/^[0-9]*[[:space:]]*//' | tr 'A-Z' 'a-z')
  [ -n "$number" ] || { echo "$2"; return; }
  case $unit in
    g*) echo $((number * 1024)) ;;
    m*) echo "$number" ;;
    k*) echo $((number / 1024)) ;;
    t*) echo $((number * 1024 * 1024)) ;;
    *) echo $((number / 1048576)) ;;
  esac
}

# client_log NAME: this user's log of a command; an installation that is shared is often not writable
client_log() {
  local dir=$WEFT_LOG_DIR
  if ! mkdir -p "$dir" 2>/dev/null || [ ! -w "$dir" ]; then
    dir=${HOME:-/nowhere}/.weft/log
    mkdir -p "$dir" 2>/dev/null || dir=$(mktemp -d)
  fi
  echo "$dir/weft-$1-$(id -un).log"
}

# What is silent on one release of Java and needed on another.
JAVA_FLAGS=(-XX:+IgnoreUnrecognizedVMOptions --enable-native-access=ALL-UNNAMED
  --sun-misc-unsafe-memory-access=allow -Djava.net.preferIPv4Stack=true -Dlog4j2.disableJmx=true)

# The collector of all processes, unless the given options choose one: Java refuses two.
collector() {
  [[ $1 =~ -XX:\+Use[A-Za-z0-9]+GC ]] || echo -XX:+UseParallelGC
}

# What weft-archive.sh made; Java ignores it when classes or Java are others.
CLASS_ARCHIVE=$WEFT_RUN_DIR/weft.jsa
if [ -f "$CLASS_ARCHIVE" ]; then
  JAVA_FLAGS+=(-XX:SharedArchiveFile="$CLASS_ARCHIVE" -Xlog:cds=off -Xlog:cds+dynamic=off -Xlog:class+path=off)
fi
