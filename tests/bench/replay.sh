#!/usr/bin/env bash
# The time machine's promises as a table, what is asked beside what is measured; then whole states as
# SQL aggregates beside DuckDB's arg_max over the same events, where npm is there:
#     tests/bench/replay.sh [RECORDS] [KEYS]       (default 10,000,000 and 1,000,000)
# Needs the release build of bench_replay and bench_sql, 4 GB of memory and as much on the disk of TMPDIR.
set -euo pipefail
cd "$(dirname "$0")/../.."
records=${1:-10000000} keys=${2:-1000000}
bin=$PWD/build/release/bin
data=$(mktemp -d)
trap 'rm -rf "$data"' EXIT

"$bin/bench_replay" "$records" "$keys" "$data"
echo
[ -x "$bin/bench_sql" ] || exit 0
"$bin/bench_sql" "$records" "$keys" "$data" "$data/events.csv"
rm -f "$data/bench_sql.hindcast"*
if command -v npm > /dev/null; then
    cp tests/bench/duckdb/* "$data/"
    (cd "$data" && npm install --silent --no-audit --no-fund && node arg_max.mjs events.csv)
fi
