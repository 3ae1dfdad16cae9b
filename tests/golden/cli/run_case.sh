#!/bin/bash
# Runs the commands of a case and compares what they print with what is expected of them.
#
#   run_case.sh HINDCAST_CLI SAMPLE CASES/NAME.cmd   compare; a difference is shown and fails
#   GOLDEN_UPDATE=1 run_case.sh ...                  write CASES/NAME.out anew (then read the diff)
#
# A case is a list of commands, one a line; # starts a comment. Each runs in a folder of its own
# that holds the fixtures, as `hindcast-cli ARGUMENTS`, or as a line of the shell where it starts
# with $; $SAMPLE is the sample capture. The answer holds each command, its stdout, its stderr (lines with "! "), and its exit
# code; how long something took is written as T.
set -u
cli=$1
export SAMPLE=$2
case=$3
expected=${case%.cmd}.out
fixtures=$(cd "$(dirname "$case")/../fixtures" && pwd)
folder=$(mktemp -d "${TMPDIR:-/tmp}/hindcast-golden-XXXXXX")
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/bin" "$folder/work"
ln -s "$cli" "$folder/bin/hindcast-cli"
cp "$fixtures"/* "$folder/work/"
cd "$folder/work" || exit 1
# Without a home no fold is kept, so that none is reused on a machine that happens to be slow.
export PATH="$folder/bin:$PATH" LC_ALL=C TZ=UTC HOME='' XDG_CACHE_HOME=''

while IFS= read -r line; do
    [[ -z $line || $line == \#* ]] && continue
    if [[ $line == \$* ]]; then
        command=${line#\$ }
        echo "\$ $command"
    else
        command="hindcast-cli $line"
        echo "\$ $command"
    fi
    bash -c "$command" >"$folder/stdout" 2>"$folder/stderr" </dev/null
    code=$?
    cat "$folder/stdout"
    sed -E 's/ in -?[0-9]+(\.[0-9]+)?(ms|s)/ in T/g; s/^/! /; s|'"$SAMPLE"'|SAMPLE|g' "$folder/stderr"
    echo "= exit $code"
    echo
done <"$case" | sed -E 's/"tookMs":[0-9]+/"tookMs":T/g' >"$folder/actual"

if [[ -n ${GOLDEN_UPDATE:-} ]]; then
    cp "$folder/actual" "$expected"
    exit 0
fi
diff -u --label expected --label actual "$expected" "$folder/actual"
