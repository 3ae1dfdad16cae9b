#!/usr/bin/env bash
# The promises of speed as a table of ratios, measured in one run against a real broker:
#     tests/bench/run.sh [RECORDS]       (default 5,000,000)
# Starts a Kafka of its own, loads a topic of JSON records of about 160 B (4 partitions, lz4), and times each
# task beside its peer, in turn, three times; the median counts. Nothing here asserts a time.
set -euo pipefail
cd "$(dirname "$0")/../.."
records=${1:-5000000}
packaging/setup.sh build run test bench
packaging/build.sh release
bin=$PWD/build/release/bin
topic=bench-orders
predicate="value.status = 'CANCELLED' and value.amount > 990"

data=$(mktemp -d)
trap 'tests/broker/kafka-server.sh stop "$data/kafka" || true; rm -rf "$data"' EXIT
mkdir "$data/kafka"
broker=$(HINDCAST_KAFKA_HEAP=1g tests/broker/kafka-server.sh start "$data/kafka" 3.9.1)

now() { date +%s.%N; }
seconds() { # COMMAND...: wall time of one run
    local started
    started=$(now)
    "$@" > "$data/out" 2> "$data/err" || true
    awk -v a="$started" -v b="$(now)" 'BEGIN { printf "%.2f", b - a }'
}
median() { printf '%s\n' "$@" | sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
row() { printf '%-58s %10s %10s   %s\n' "$@"; }
ratio() { awk -v ours="$1" -v peer="$2" 'BEGIN { printf "%.2f x", peer / ours }'; }

echo "Loading $records records ..."
"$bin/bench_kafka_read" -b "$broker" -n "$records" -r 3

kcat_read() { kcat -C -q -e -b "$broker" -t $topic -o beginning > /dev/null; }
capture() { rm -f "$data"/c.hindcast*; "$bin/hindcast-cli" capture -b "$broker" -t $topic --no-groups -o "$data/c.hindcast"; }
search() { rm -f "$data"/s.hindcast*; "$bin/hindcast-cli" capture -b "$broker" -t $topic --no-groups --where "$predicate" -o "$data/s.hindcast"; }
kcat_jq() { kcat -C -q -e -u -b "$broker" -t $topic -o beginning | jq -c 'select(.status == "CANCELLED" and .amount > 990)' | wc -l; }

kcat_times=() capture_times=() search_times=()
for _ in 1 2 3; do
    kcat_times+=("$(seconds kcat_read)")
    capture_times+=("$(seconds capture)")
    kcat_times+=("$(seconds kcat_read)")
    search_times+=("$(seconds search)")
done
kcat_median=$(median "${kcat_times[@]}")
capture_median=$(median "${capture_times[@]}")
search_median=$(median "${search_times[@]}")
jq_time=$(seconds kcat_jq)

echo
row 'task' 'Hindcast' 'peer' 'peer / Hindcast'
row 'capture the topic to a file; kcat to /dev/null' "$capture_median s" "$kcat_median s" "$(ratio "$capture_median" "$kcat_median")"
row 'search it, keeping matches; kcat to /dev/null' "$search_median s" "$kcat_median s" "$(ratio "$search_median" "$kcat_median")"
row 'search it, keeping matches; kcat | jq' "$search_median s" "$jq_time s" "$(ratio "$search_median" "$jq_time")"

where_times=() open_times=()
for _ in 1 2 3; do
    where_times+=("$(seconds taskset -c 0 "$bin/hindcast-cli" records "$data/c.hindcast" -t $topic --where "$predicate" --format jsonl)")
    open_times+=("$(seconds "$bin/hindcast-cli" topics "$data/c.hindcast")")
done
open_median=$(median "${open_times[@]}")
where_median=$(median "${where_times[@]}")
row 'the same search over the capture, one core, all included' "$where_median s" '' \
    "$(awk -v n="$records" -v s="$where_median" 'BEGIN { printf "%.1f M records/s", n / s / 1e6 }')"
row 'open the capture again and list its topics' "$open_median s"
row 'size on disk' "$(du -m "$data/c.hindcast" | cut -f1) MB"
echo
"$bin/bench_capture"
echo
"$bin/bench_query"
echo
tests/bench/replay.sh
[ ! -x "$bin/bench_window" ] || { echo; QT_QPA_PLATFORM=offscreen "$bin/bench_window"; }
