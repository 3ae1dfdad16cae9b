#!/usr/bin/env bash
# What ./run does where there is no display: headless.sh BIN SAMPLE. Pictures of every view, and the sample's story
# in words: the verdict, the record it is stuck on, its trace, and its order before and after.
set -euo pipefail
bin=$1
sample=$2
pictures=$PWD/build/pictures
cli=$bin/hindcast-cli

echo 'There is no display here; the views of the sample go to pictures, its story to this terminal.'
echo
"$bin/hindcast" --render "$pictures" "$sample"
echo "Pictures: $pictures"
