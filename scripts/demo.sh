#!/usr/bin/env bash
# The whole way in one command: builds Weft when it is not built, starts a sandbox of real HDFS, YARN, ZooKeeper and
# a Hive metastore on loopback, loads TPC-H tables, runs a Hive ETL job on YARN and shows the result.
#   scripts/demo.sh [--keep]     --keep leaves the sandbox running
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.."
keep=false
case ${1:-} in
  '') ;;
  --keep) keep=true ;;
  *) echo "Usage: scripts/demo.sh [--keep]" >&2; exit 2 ;;
esac

say() { printf '\n== %s\n' "$*"; }

home=$(ls -d dist/target/weft-*-bin/weft-* 2>/dev/null | head -n 1 || true)
if [ -z "$home" ] || [ ! -x "$home/bin/weft" ]; then
  say "Building Weft (the first time this takes some minutes)"
  mvn -B -ntp -q -DskipTests package
  home=$(ls -d dist/target/weft-*-bin/weft-* | head -n 1)
fi
home=$PWD/$home
unset WEFT_HOME WEFT_CONF_DIR
export WEFT_SANDBOX_DIR=${WEFT_SANDBOX_DIR:-$PWD/dist/target/sandbox-data}

say "Starting the sandbox"
"$home/bin/weft" sandbox start
output=
stop() {
  status=$?
  [ -z "$output" ] || rm -f "$output"
  if [ "$keep" = true ]; then
    echo "The sandbox keeps running; end it with: WEFT_SANDBOX_DIR=$WEFT_SANDBOX_DIR $home/bin/weft sandbox stop"
  else
    "$home/bin/weft" sandbox stop
  fi
  exit "$status"
}
trap stop EXIT
export HADOOP_CONF_DIR=$WEFT_SANDBOX_DIR/conf/hadoop HIVE_CONF_DIR=$WEFT_SANDBOX_DIR/conf/hive
export WEFT_CONF_DIR=$WEFT_SANDBOX_DIR/conf/weft

say "Loading the TPC-H tables orders and lineitem as Hive tables"
"$home/bin/weft" sandbox load-tpch --scale 0.05

say "weft run -t yarn-per-job -p 4 examples/DailyRevenue.jar --from tpch.lineitem --into mart.daily_revenue"
status=0
output=$(mktemp)
"$home/bin/weft" run -t yarn-per-job -p 4 "$home/examples/DailyRevenue.jar" \
  --from tpch.lineitem --into mart.daily_revenue | tee "$output" || status=${PIPESTATUS[0]}

if [ "$status" -eq 0 ]; then
  say "The result, as the metastore and a reader without Weft see it"
  "$home/bin/weft" sandbox show-table mart.daily_revenue --limit 10
fi
if [ "$keep" = true ]; then
  say "Links"
  rm=$(tr -d '\n' <"$HADOOP_CONF_DIR/yarn-site.xml" \
    | sed -n 's/.*<name>yarn.resourcemanager.webapp.address<\/name>[[:space:]]*<value>\([^<]*\)<.*/\1/p')
  echo "ResourceManager: http://$rm/cluster"
  echo "Job:             http://$rm/cluster/app/$(grep -o 'application_[0-9_]*' "$output" | head -n 1)"
fi
exit "$status"
