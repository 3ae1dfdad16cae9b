#!/usr/bin/env bash
# The live story: demo.sh BIN [ARGUMENTS OF hindcast]. A Kafka with its data in a temporary folder, the scenario
# with consumers that really get stuck, and the window on both. All of it ends with the window.
set -euo pipefail
bin=$1
shift
data=$(mktemp -d)
scenario=
stop() {
    [ -z "$scenario" ] || kill "$scenario" 2> /dev/null || true
    [ -z "$scenario" ] || wait "$scenario" 2> /dev/null || true
    tests/broker/kafka-server.sh stop "$data" || true
    rm -rf "$data"
}
trap stop EXIT
trap 'exit 130' INT TERM

echo 'Starting Kafka ...' >&2
broker=$(tests/broker/kafka-server.sh start "$data" 4.1.1 $$)
echo "Kafka answers on $broker." >&2
"$bin/hindcast-demo" --live -b "$broker" > "$data/scenario.log" 2>&1 &
scenario=$!
"$bin/hindcast" -b "$broker" "$@"
