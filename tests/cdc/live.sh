#!/bin/bash
# Tables rebuilt from change data against PostgreSQL, live: starts PostgreSQL, Kafka and Debezium, runs hard cases in
# random order beside a random load, kills Debezium on the way, captures its topics, and compares every table at random
# moments with what PostgreSQL itself restores there (recovery to a position of its log). 0 rows may differ.
#
#   live.sh HINDCAST_CLI [KEEP]    KEEP: also leave the set there, packed as tests/golden/cdc has one
#
# HINDCAST_CDC_SEED chooses the order and the load (printed; how transactions meet is up to the machine),
# HINDCAST_CDC_LOAD the transactions of the load, HINDCAST_CDC_ROUNDS how often the cases run, HINDCAST_CDC_MOMENTS at how
# many moments it is compared. Everything it starts ends with it, by process id.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
readonly here
giveUp() {
    echo "live change data: $*" >&2
    exit 1
}
source "$here/../broker/processes.sh"

if [ "${1:-}" = watch ]; then # DATA OWNER: ends the servers where the run was killed
    data=$2
    source "$here/servers.sh"
    trap '' HUP INT
    start=$(startOf "$3")
    while [ -n "$start" ] && [ "$(startOf "$3")" = "$start" ]; do sleep 0.5; done
    [ ! -d "$data" ] || { endServers; rm -rf "$data"; }
    exit
fi

[ $# -ge 1 ] || giveUp "usage: $0 HINDCAST_CLI [KEEP]"
cli=$(realpath "$1")
keep=${2:+$(realpath -m "$2")}
seed=${HINDCAST_CDC_SEED:-$((RANDOM * 32768 + RANDOM))}
load=${HINDCAST_CDC_LOAD:-400}
rounds=${HINDCAST_CDC_ROUNDS:-2}
moments=${HINDCAST_CDC_MOMENTS:-6}
export LC_ALL=C.UTF-8 TZ=UTC
readonly shapes=(envelope schemas headers rewrite)

data=$(mktemp -d "${TMPDIR:-/tmp}/hindcast-cdc-XXXXXX")
chmod 711 "$data"
mkdir "$data/processes" "$data/connectors" "$data/kafka" "$data/set" "$data/set/oracle"
source "$here/servers.sh"
[ -x "$postgresBin/postgres" ] || giveUp "PostgreSQL is missing: install the package postgresql"
trap 'endServers; rm -rf "$data"' EXIT
trap 'exit 1' INT TERM HUP
setsid "$here/live.sh" watch "$data" $$ >/dev/null 2>&1 </dev/null &
disown

say() { printf '%4d s  %s\n' "$SECONDS" "$*"; }

# The same order for the same seed.
shuffled() { shuf --random-source=<(yes "$seed $1"); }

connector() { # SHAPE LINE...: its properties
    local shape=$1
    shift
    cat >"$data/connectors/$shape.properties" <<END
name=$shape
connector.class=io.debezium.connector.postgresql.PostgresConnector
tasks.max=1
database.hostname=127.0.0.1
database.port=$postgresPort
database.user=postgres
database.password=none
database.dbname=shop
topic.prefix=$shape
plugin.name=pgoutput
slot.name=$shape
publication.name=dbz
publication.autocreate.mode=disabled
schema.include.list=app
provide.transaction.metadata=true
heartbeat.interval.ms=1000
skipped.operations=none
topic.creation.default.replication.factor=1
topic.creation.groups=one
topic.creation.one.include=$shape\\\\.transaction,__debezium-heartbeat\\\\..*
topic.creation.one.partitions=1
END
    printf '%s\n' "$@" >>"$data/connectors/$shape.properties"
}

connectors() {
    connector envelope decimal.handling.mode=string topic.creation.default.partitions=3 \
        signal.data.collection=app.debezium_signal incremental.snapshot.chunk.size=20
    connector schemas topic.creation.default.partitions=2 \
        key.converter=org.apache.kafka.connect.json.JsonConverter key.converter.schemas.enable=true \
        value.converter=org.apache.kafka.connect.json.JsonConverter value.converter.schemas.enable=true
    connector headers decimal.handling.mode=string topic.creation.default.partitions=2 \
        transforms=u transforms.u.type=io.debezium.transforms.ExtractNewRecordState \
        transforms.u.delete.tombstone.handling.mode=tombstone \
        transforms.u.add.headers=op,source.lsn,source.ts_us,source.sequence,source.txId,transaction.total_order
    connector rewrite decimal.handling.mode=string topic.creation.default.partitions=2 \
        transforms=u transforms.u.type=io.debezium.transforms.ExtractNewRecordState \
        transforms.u.delete.tombstone.handling.mode=rewrite \
        transforms.u.add.fields=op,source.lsn,source.ts_us,source.txId,source.sequence,transaction.id,transaction.total_order
    # What a shape cannot tell: Connect's decimals no NaN and no zeros of a numeric without scale; unwrapped events no
    # TRUNCATE, and no row before, so no rows without a key. Where a delete is a tombstone it tells its key and nothing
    # else: no rows by an index, nor any that share a key for a while. Nor do they tell a text that is the placeholder of
    # an unchanged one from the placeholder.
    printf '%s\t%s.\t%s\t%s\t%s\n' envelope envelope columns - - \
        schemas schemas schema app.free - \
        headers headers columns app.bag,app.ranks,app.stage1,app.stage2,app.uniq app.docs_full \
        rewrite rewrite columns app.bag,app.stage1,app.stage2 app.docs_full >"$data/set/shapes.tsv"
}

# The paragraphs of cases.sql in random order, each in a session of its own.
runCases() { # ROUND
    local round=$1 case
    rm -rf "$data/cases"
    mkdir "$data/cases"
    awk -v RS= -v folder="$data/cases" 'NR > 1 { printf "%s\n", $0 > sprintf("%s/%02d", folder, NR) }' "$here/cases.sql"
    while read -r case; do
        sed "s/:round/$round/g" "$data/cases/$case" >"$data/case.sql"
        sql -f "$data/case.sql" >>"$data/cases.log" 2>&1 || {
            echo "$(head -n 1 "$data/case.sql"): not done in round $round: $(tail -n 1 "$data/cases.log")"
            # A prepared transaction would hold its locks for good.
            sql -c "SELECT format('ROLLBACK PREPARED %L', gid) FROM pg_prepared_xacts" | sql -f - >>"$data/cases.log" 2>&1
        }
        sleep "0.$((RANDOM % 4 + 2))"
    done < <(find "$data/cases" -type f -printf '%f\n' | sort | shuffled "$round")
}

workload() {
    local round
    "$postgresBin/pgbench" -h "$data/socket-main" -p "$postgresPort" -U postgres -n -c 4 -j 1 -t $((load / 4)) \
        -R $((load / (8 * rounds) + 1)) --random-seed="$seed" -f "$here/load.sql" shop >"$data/pgbench.log" 2>&1 &
    local bench=$!
    for ((round = 1; round <= rounds; round++)); do
        if [ "$round" -gt 1 ]; then
            connectKill
            say "Debezium killed and started again"
            connectStart "$broker"
        fi
        runCases "$round"
    done
    wait "$bench" || giveUp "the random load ended early: $(tail -n 5 "$data/pgbench.log")"
}

# Every table as the restored server has it, and what its columns are. \copy writes as the person who runs this.
oracle() { # LSN
    local folder=$data/set/oracle/$1
    mkdir -p "$folder"
    sqlOf then "$postgresPort" -F $'\t' -c "$tablesQuery" >"$folder/tables"
    awk -F '\t' -v folder="$folder" '{ print "\\copy (SELECT " $2 " FROM " $3 $4 ") TO '\''" folder "/" $1 ".csv'\'' (FORMAT csv, HEADER)" }' \
        "$folder/tables" >"$data/copy.sql"
    sqlOf then "$postgresPort" -f "$data/copy.sql"
    sqlOf then "$postgresPort" -F $'\t' -c "$columnsQuery" >"$folder/columns.tsv"
    rm "$folder/tables"
}
# A file is named as the table's topic is. Generated columns are in no event.
readonly tableName="n.nspname || '.' || regexp_replace(c.relname, '[^A-Za-z0-9._-]', '_', 'g')"
readonly tables="pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid
    LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
    WHERE c.relkind = 'r' AND n.nspname = 'app' AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''"
readonly tablesQuery="SELECT $tableName, string_agg(format('%I', a.attname), ', ' ORDER BY a.attnum),
    format('%I.%I', n.nspname, c.relname),
    ' ORDER BY ' || string_agg(format('%I', a.attname), ', ' ORDER BY array_position(i.indkey::int[], a.attnum::int))
        FILTER (WHERE a.attnum = ANY(i.indkey)) FROM $tables GROUP BY n.nspname, c.relname ORDER BY 1"
readonly columnsQuery="SELECT $tableName, a.attname, format_type(a.atttypid, a.atttypmod),
    CASE WHEN i.indrelid IS NULL THEN 'keyless' ELSE 'keyed' END FROM $tables ORDER BY 1, a.attnum"

# A position as the events have it.
decimal() { sql -c "SELECT '$1'::pg_lsn - '0/0'::pg_lsn"; }

say "seed $seed (HINDCAST_CDC_SEED)"
connectResolve
broker=$("$here/../broker/kafka-server.sh" start "$data/kafka" 4.1.1 $$)
postgresStart
sql -f "$here/schema.sql"
connectors
connectStart "$broker"
sql -c "INSERT INTO app.counter VALUES (1000, 0)"
for _ in {1..300}; do
    [ "$(sql -c 'SELECT count(*) FROM pg_replication_slots WHERE active')" -lt ${#shapes[@]} ] || break
    sleep 0.2
done
connectReaches "$(sql -c 'SELECT pg_current_wal_lsn()')"
say "PostgreSQL, Kafka and ${#shapes[@]} connectors are up, their snapshots done"
postgresBackup
first=$(decimal "$(sql -c 'SELECT pg_current_wal_lsn()')")
workload
last=$(decimal "$(sql -c "UPDATE app.counter SET n = -1 WHERE id = 1000; SELECT pg_current_wal_lsn()")")
say "$(sql -c "SELECT xact_commit || ' transactions' FROM pg_stat_database WHERE datname = 'shop'") committed, $(((last - first) / 1024)) KB of log"
connectReaches "$(sql -c "SELECT '0/0'::pg_lsn + $last")"

for shape in "${shapes[@]}"; do
    topics=$("$cli" topics -b "$broker" --format jsonl 2>"$data/topics.err" | sed -E 's/.*"topic":"([^"]*)".*/\1/' |
        grep "^$shape\\." | paste -sd,)
    "$cli" capture -b "$broker" -t "$topics" --from beginning --to end -o "$data/set/$shape.hindcast" 2>"$data/capture.err" ||
        giveUp "the topics of $shape could not be captured: $(cat "$data/capture.err")"
    say "$shape: $(tail -n 1 "$data/capture.err")"
done
connectKill

# PostgreSQL stops behind the first record at or behind the position; where that was it says itself.
for at in $(shuf --random-source=<(yes "$seed moments") -n "$moments" -i "$first-$last") "$last"; do
    postgresRestore "$(sql -c "SELECT '0/0'::pg_lsn + $at")"
    oracle "$(decimal "$(sqlOf then "$postgresPort" -c 'SELECT pg_last_wal_replay_lsn()')")"
done
say "PostgreSQL restored itself at $(find "$data/set/oracle" -mindepth 1 -maxdepth 1 | wc -l) moments"

result=0
"$here/compare.sh" "$cli" "$data/set" 4 || result=1
if [ $result != 0 ]; then
    failed=${TMPDIR:-/tmp}/hindcast-cdc-failed
    rm -rf "$failed"
    cp -r "$data/set" "$failed"
    echo "The set is kept in $failed; compare it again with: tests/cdc/compare.sh $cli $failed"
fi
if [ -n "$keep" ]; then
    mkdir -p "$keep"
    cp "$data/set/shapes.tsv" "$keep/"
    tar -C "$data/set" --sort=name --owner=0 --group=0 -czf "$keep/oracle.tar.gz" oracle
    for shape in "${shapes[@]}"; do
        "$cli" export "$data/set/$shape.hindcast" 2>/dev/null | zstd -q -19 --ultra --long=24 -f -o "$keep/$shape.jsonl.zst"
    done
fi
say "done"
exit $result
