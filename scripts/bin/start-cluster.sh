#!/usr/bin/env bash
# Starts a JobManager and TaskManagers on this machine: start-cluster.sh [TASKMANAGERS] [-Dkey=value ...]
. "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/weft-env.sh"

taskmanagers=1
case ${1:-} in
  '' | -D*) ;;
  *[!0-9]*) echo "Usage: start-cluster.sh [TASKMANAGERS] [-Dkey=value ...]" >&2; exit 2 ;;
  *) taskmanagers=$1; shift ;;
esac
options=("$@")
if [ -z "$(option high-availability.storageDir)" ] && [[ " $* " != *" -Dhigh-availability.storageDir="* ]]; then
  mkdir -p "$WEFT_RUN_DIR/storage"
  options+=("-Dhigh-availability.storageDir=file://$WEFT_RUN_DIR/storage")
fi
daemon=$WEFT_HOME/bin/weft-daemon.sh
"$daemon" start jobmanager "${options[@]}"
for _ in $(seq "$taskmanagers"); do
  "$daemon" start taskmanager "${options[@]}"
done
port=$(option rest.port)
for option in "${options[@]}"; do
  case $option in -Drest.port=*) port=${option#*=} ;; esac
done
for _ in $(seq 150); do
  [ -f "$WEFT_RUN_DIR/rest.token" ] && [ "$WEFT_RUN_DIR/rest.token" -nt "$WEFT_RUN_DIR/jobmanager-1.pid" ] && break
  kill -0 "$(cat "$WEFT_RUN_DIR/jobmanager-1.pid")" 2>/dev/null \
    || { echo "The JobManager ended: $(tail -n 1 "$WEFT_LOG_DIR/weft-jobmanager-1.out")" >&2; exit 4; }
  sleep 0.2
done
echo "The cluster is at http://localhost:${port:-8081}/?token=$(cat "$WEFT_RUN_DIR/rest.token" 2>/dev/null)"
echo "Run a job: weft run -t remote examples/WordCount.jar --from file:///etc/services --into file:///tmp/words"
