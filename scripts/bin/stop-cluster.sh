#!/usr/bin/env bash
# Ends the processes that start-cluster.sh started on this machine.
. "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/weft-env.sh"

"$WEFT_HOME/bin/weft-daemon.sh" stop jobmanager
"$WEFT_HOME/bin/weft-daemon.sh" stop taskmanager
