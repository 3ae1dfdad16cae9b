#!/bin/bash
# Runs the commands of resources/walk.md and compares what they print with what stands there:
# walk.sh HINDCAST_CLI SAMPLE WALK.md. Lines that begin with four blanks are commands ("$ ...") and their answers.
set -u
cli=$1
sample=$2
walk=$3
folder=$(mktemp -d "${TMPDIR:-/tmp}/hindcast-walk-XXXXXX")
trap 'rm -rf "$folder"' EXIT
ln -s "$cli" "$folder/hindcast-cli"
ln -s "$sample" "$folder/sample.hindcast"
cp "$(dirname "$walk")"/projections/*.toml "$folder"
sed -n 's/^    //p' "$walk" > "$folder/expected"
cd "$folder" || exit 1
export PATH="$folder:$PATH" LC_ALL=C TZ=UTC
while IFS= read -r command; do
    echo "\$ $command"
    bash -c "$command" 2> "$folder/said" < /dev/null | sed 's/ *$//' || cat "$folder/said" >&2
done < <(sed -n 's/^\$ //p' expected) > actual
[ "$(grep -c '^\$ ' actual)" -eq 5 ] || { echo 'The walk has five commands.' >&2; exit 1; }
diff -u --label walk.md --label actual expected actual
