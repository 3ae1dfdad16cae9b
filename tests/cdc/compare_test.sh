#!/bin/bash
# Does the comparison see what is wrong? One digit of one row, a row less, a table that was never written:
#   compare_test.sh HINDCAST_CLI SET
set -euo pipefail
cli=$1
compare=$(dirname "$0")/compare.sh
work=$(mktemp -d "${TMPDIR:-/tmp}/hindcast-compare-test-XXXXXX")
trap 'rm -rf "$work"' EXIT

tar -xzf "$2/oracle.tar.gz" -C "$work"
head -n 1 "$2/shapes.tsv" >"$work/shapes.tsv"
cp "$2/$(cut -f 1 "$work/shapes.tsv").jsonl.zst" "$work/"
moment=$(find "$work/oracle" -mindepth 1 -maxdepth 1 | sort | tail -n 1)
find "$work/oracle" -mindepth 1 -maxdepth 1 ! -path "$moment" -exec rm -r {} +
find "$moment" -name '*.csv' ! -name app.orders.csv ! -name app.moved.csv -delete

expect() { # WORDS
    local said
    said=$("$compare" "$cli" "$work" 2>/dev/null) && [ "$1" != '2 tables at 1 moments, 0 rows differ' ] && {
        echo "Nothing was found wrong: $said"
        exit 1
    }
    [[ $said == *"$1" ]] || {
        echo "Expected \"$1\", it said: $said"
        exit 1
    }
}
expect '2 tables at 1 moments, 0 rows differ'
cp "$moment/app.orders.csv" "$work/whole.csv"
sed -i '2 s/customer \([0-9]\)/customer 9\1/' "$moment/app.orders.csv"
expect '2 tables at 1 moments, 1 rows differ'
sed '3 d' "$work/whole.csv" >"$moment/app.orders.csv"
expect '2 tables at 1 moments, 1 rows differ'
cp "$work/whole.csv" "$moment/app.orders.csv"
mv "$moment/app.moved.csv" "$moment/app.nowhere.csv"
expect "2 tables at 1 moments, $(($(wc -l <"$moment/app.nowhere.csv") - 1)) rows differ"
