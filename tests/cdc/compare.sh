#!/bin/bash
# Compares tables rebuilt from change data with PostgreSQL's own, with diff: compare.sh HINDCAST_CLI SET [STEP]
#
# The first shape is compared at every moment, the others at every STEP-th (default: 1).
#
# A set (live.sh makes them) is a folder:
#   shapes.tsv              a line a connector: name, prefix of its topics, where types come from (columns: the projection
#                           gives them; schema: the events), tables that this shape cannot tell (commas; - for none), and
#                           those that may not be called exact
#   NAME.jsonl.zst          what it wrote, as interchange lines (or NAME.hindcast, a capture)
#   oracle/LSN/TABLE.csv    each table as PostgreSQL restored it at that position of its log, by COPY
#   oracle/LSN/columns.tsv  a line a column: table, column, its type, whether the table has a key (keyed, keyless)
#   (or oracle.tar.gz with all of these)
set -euo pipefail
cli=$1
set=$2

# The projection of a table at a moment.
projection() { # TOPIC TABLE TYPES COLUMNS
    printf 'name = "t"\n[[source]]\ntopic = "%s"\nreduce = "cdc"\n[columns]\n' "$1"
    awk -F '\t' -v table="$2" -v types="$3" '$1 == table {
        type = types == "columns" ? ", type = \"" $3 "\"" : ""
        printf "\"%s\" = { path = '\''\"%s\"'\''%s }\n", $2, $2, type
    }' "$4"
}

# One table at one moment; a line "shape moment table rows-that-differ", and the first differences on stderr.
one() { # WORK SHAPE PREFIX TYPES LSN TABLE DOUBTED
    local work=$1 shape=$2 topic=$3$6 types=$4 lsn=$5 table=$6 doubted=$7 at=$1/$2-$5-$6 moment=$set/oracle/$5
    [ -d "$moment" ] || moment=$work/oracle/$lsn
    if grep -qxF "$topic" "$work/$shape.topics"; then
        projection "$topic" "$table" "$types" "$moment/columns.tsv" >"$at.toml"
        # A table that cannot be told whole (exit code 2) is none that a set compares.
        if ! "$cli" state "$work/$shape.hindcast" --projection "$at.toml" --at "lsn:$lsn" --no-cache --format csv --as postgres \
            >"$at.csv" 2>"$at.err"; then
            { echo "$shape, $table at lsn:$lsn:"; cat "$at.err"; } >&2
            echo "$shape $lsn $table failed"
            return
        fi
        # All is there that a table is made of, so each is believed: from its first snapshot on, and but for columns
        # that came, went or changed, as no event tells what the rows that were there before have in them.
        local believed='^(Exact on [0-9,]+ partitions?$|Exact since a snapshot on |Best effort on .*: columns? [^;]+ (came|went|changed) at [^;]*(; rows not changed since (lack (it|them)|still have (it|them)|are as they were)|, or before it)$)'
        if [[ ",$doubted," != *",$table,"* ]] && ! grep -qE "$believed" "$at.err"; then
            { echo "$shape, $table at lsn:$lsn is not called exact:"; cat "$at.err"; } >&2
            echo "$shape $lsn $table failed"
            return
        fi
    else
        head -n 1 "$moment/$table.csv" >"$at.csv" # nothing was ever written there
    fi
    # Rows without a key have no order of their own.
    if awk -F '\t' -v table="$table" '$1 == table { print $4 }' "$moment/columns.tsv" | grep -q keyless; then
        { head -n 1 "$moment/$table.csv"; tail -n +2 "$moment/$table.csv" | sort; } >"$at.expected"
    else
        cp "$moment/$table.csv" "$at.expected"
    fi
    local wrong=0
    diff "$at.expected" "$at.csv" >"$at.diff" ||
        wrong=$(awk '/^</ { a++ } /^>/ { b++ } END { print (a > b ? a : b) + 0 }' "$at.diff")
    if [ "$wrong" != 0 ]; then
        { echo "$shape, $table at lsn:$lsn (< PostgreSQL, > rebuilt):"; head -n 6 "$at.diff" | cut -c 1-300; } >&2
    else
        rm -f "$at".*
    fi
    echo "$shape $lsn $table $wrong"
}
export LC_ALL=C
if [ "${3:-}" = one ]; then
    shift 3
    one "$@"
    exit
fi

step=${3:-1}
first=yes
work=$(mktemp -d "${TMPDIR:-/tmp}/hindcast-compare-XXXXXX")
trap 'rm -rf "$work"' EXIT
oracle=$set/oracle
if [ ! -d "$oracle" ]; then
    tar -xzf "$set/oracle.tar.gz" -C "$work"
    oracle=$work/oracle
fi
while IFS=$'\t' read -r shape prefix types untold doubted; do
    if [ -f "$set/$shape.hindcast" ]; then
        ln -s "$(realpath "$set/$shape.hindcast")" "$work/$shape.hindcast"
    else
        "$cli" import "$set/$shape.jsonl.zst" -o "$work/$shape.hindcast" 2>"$work/import.err" || {
            cat "$work/import.err" >&2
            exit 1
        }
    fi
    "$cli" topics "$work/$shape.hindcast" --format jsonl 2>/dev/null |
        sed -E 's/.*"topic":"([^"]*)".*/\1/' >"$work/$shape.topics"
    at=0
    for moment in "$oracle"/*; do
        [ "$first" = yes ] || [ $((at++ % step)) -eq 0 ] || continue
        for table in "$moment"/*.csv; do
            table=$(basename "$table" .csv)
            [[ ",$untold," == *",$table,"* ]] ||
                printf '%s\0' "$work" "$shape" "$prefix" "$types" "$(basename "$moment")" "$table" "$doubted"
        done
    done
    first=no
done <"$set/shapes.tsv" >"$work/tasks"
xargs -0 -n 7 -P "$(nproc)" "$0" "$cli" "$set" one <"$work/tasks" >"$work/results" 2>"$work/differences"
head -n 80 "$work/differences" >&2

awk '{
    if (!($1 in tables)) { order[++shapes] = $1 }
    tables[$1]++
    if (!(($1, $2) in seen)) { seen[$1, $2] = 1; moments[$1]++ }
    if ($4 == "failed") { failed[$1]++ } else { wrong[$1] += $4 }
    if ($4 != 0) { bad++ }
}
END {
    for (i = 1; i <= shapes; i++) {
        s = order[i]
        printf "%-10s %4d tables at %d moments, %d rows differ%s\n", s, tables[s], moments[s], wrong[s],
            failed[s] ? ", " failed[s] " could not be rebuilt" : ""
    }
    exit bad > 0 || shapes == 0
}' "$work/results"
