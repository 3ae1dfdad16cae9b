#!/usr/bin/env bash
# Configures and builds one preset, with a newer librdkafka beside it where the system's is older than 2.10:
# build.sh PRESET [TARGET...]. Output is a line a step; all of it stands in build/PRESET.log.
set -euo pipefail
cd "$(dirname "$0")/.."
preset=$1
shift
mkdir -p build
log=build/$preset.log

if [ "$preset" != system-rdkafka ] && ! pkg-config --atleast-version=2.10 rdkafka 2>/dev/null &&
    ! packaging/librdkafka/build.sh "$PWD/build/librdkafka" > build/librdkafka.log 2>&1; then
    echo "A newer librdkafka could not be had ($(tail -n 1 build/librdkafka.log)); the system's serves." >&2
fi

launcher=()
if command -v ccache > /dev/null; then
    launcher=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache)
    export CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
fi
: > "$log"
run() {
    "$@" >> "$log" 2>&1 && return
    grep -nE 'error|FAILED|CMake Error' "$log" | head -n 40 >&2
    tail -n 20 "$log" >&2
    echo "Building $preset failed: $* (all of it: $log)" >&2
    exit 1
}
started=$SECONDS
run cmake --preset "$preset" "${launcher[@]}"
targets=()
[ $# -eq 0 ] || targets=(--target "$@")
run cmake --build --preset "$preset" "${targets[@]}"
echo "Built $preset in $((SECONDS - started)) s." >&2
