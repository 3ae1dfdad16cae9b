#!/usr/bin/env bash
# What ./run does where there is no display: headless.sh BIN SAMPLE. Pictures of every view, and the sample's story
# in words: the verdict, the record it is stuck on, its trace, and its order before and after.
set -euo pipefail
bin=$1
sample=$2
pictures=$PWD/build/pictures
cli=$bin/hindcast-cli
projection=resources/projections/order.toml

say() { printf '\n== %s\n' "$1"; }

echo 'There is no display here: the views of the sample go to pictures, and its story to this terminal.'
mkdir -p "$pictures"
QT_QPA_PLATFORM=offscreen "$bin/hindcast" --render "$pictures" "$sample"
echo "Pictures: $pictures"

say 'Which group is in trouble?'
"$cli" groups "$sample" 2> /dev/null
group=$("$cli" groups "$sample" --format csv 2> /dev/null | awk -F, '/,stopped,/ { print $1; exit }')

say "$group, partition by partition"
"$cli" lag "$sample" -g "$group"
stuck=$("$cli" lag "$sample" -g "$group" --format jsonl 2> /dev/null | grep '"verdict":"stopped"' | head -n 1)
field() { printf '%s' "$stuck" | sed -E "s/.*\"$1\":\"?([^,\"]*)\"?.*/\1/"; }
topic=$(field topic)
partition=$(field partition)
offset=$(field committed)

say "The record it is stuck on: $topic-$partition@$offset"
record=$("$cli" records "$sample" -t "$topic" -p "$partition" --from "offset:$offset" --to "offset:$((offset + 1))" \
    --format jsonl 2> /dev/null)
printf '%s\n' "$record"

trace=$(printf '%s' "$record" | sed -E 's/.*"00-([0-9a-f]{32})-.*/\1/')
say "Its trace: $trace"
"$cli" traces "$sample" --trace "$trace" --format csv 2> /dev/null | awk -F, 'NR > 1 { printf "%-10s %-18s %10.1f ms\n", $4, $5, $8 / 1e6 }'

order=$(printf '%s' "$record" | sed -E 's/.*"order-id","([^"]*)".*/\1/')
before=$(printf '%s' "$record" | sed -E 's/.*"ts":([0-9]+).*/\1/')
say "Its order $order up to that record, and as it went on"
"$cli" state "$sample" --projection "$projection" --at "$before" --history "$order"
echo
"$cli" state "$sample" --projection "$projection" --history "$order" 2> /dev/null
