#!/usr/bin/env bash
# Starts or stops one process of a standalone cluster: weft-daemon.sh start|stop jobmanager|taskmanager [-Dkey=value ...]
. "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/weft-env.sh"

usage() { echo "Usage: weft-daemon.sh start|stop jobmanager|taskmanager [-Dkey=value ...]" >&2; exit 2; }
action=${1:-} name=${2:-}
[ $# -ge 2 ] && shift 2 || usage
case $name in
  jobmanager) main=dev.weft.engine.server.JobManagerMain; memory=1024 ;;
  taskmanager) main=dev.weft.engine.server.TaskManagerMain; memory=1728 ;;
  *) usage ;;
esac
mkdir -p "$WEFT_LOG_DIR" "$WEFT_RUN_DIR"
chmod 700 "$WEFT_RUN_DIR"

# A process that was killed may stay in the table until its parent looks: it is not running.
running() {
  kill -0 "$1" 2>/dev/null && ! grep -qs '^State:[[:space:]]*Z' "/proc/$1/status"
}

start() {
  local number=1 process heap opts
  while [ -f "$WEFT_RUN_DIR/$name-$number.pid" ] && running "$(cat "$WEFT_RUN_DIR/$name-$number.pid")"; do
    number=$((number + 1))
  done
  if [ "$name" = jobmanager ] && [ "$number" -gt 1 ]; then
    echo "A JobManager of this installation runs already (pid $(cat "$WEFT_RUN_DIR/jobmanager-1.pid"))." >&2
    exit 4
  fi
  process=$(mebibytes "$(option "$name.memory.process.size")" "$memory")
  heap=$((process * 7 / 10))
  opts="$(option env.java.opts.all) $(option "env.java.opts.$name")"
  local log=$WEFT_LOG_DIR/weft-$name-$number
  # shellcheck disable=SC2086
  setsid "$JAVA" "${JAVA_FLAGS[@]}" -Xms${heap}m -Xmx${heap}m $(collector "$opts") -XX:+ExitOnOutOfMemoryError $opts \
    -Dweft.log.file="$log.log" -Dlog4j2.configurationFile="$(conf_file log4j2.xml)" \
    -cp "$WEFT_HOME/lib/*" $main --config-dir "$WEFT_CONF_DIR" "$@" \
    >"$log.out" 2>&1 </dev/null &
  echo $! >"$WEFT_RUN_DIR/$name-$number.pid"
  sleep 0.3
  if ! running $!; then
    rm -f "$WEFT_RUN_DIR/$name-$number.pid"
    echo "The $name ended at once: $(tail -n 1 "$log.out") [$log.log]" >&2
    exit 4
  fi
  echo "Started $name $number (pid $!), log in $log.log"
}

stop() {
  local file pid waited
  for file in "$WEFT_RUN_DIR/$name"-*.pid; do
    [ -f "$file" ] || continue
    pid=$(cat "$file")
    if kill "$pid" 2>/dev/null; then
      waited=0
      while running "$pid"; do
        sleep 0.2
        waited=$((waited + 1))
        if [ "$waited" -gt 150 ]; then
          echo "The $name (pid $pid) does not end in 30 s; killing it" >&2
          kill -9 "$pid" 2>/dev/null || true
        fi
      done
      echo "Stopped $name (pid $pid)"
    fi
    rm -f "$file"
  done
}

case $action in
  start) start "$@" ;;
  stop) stop ;;
  *) usage ;;
esac
