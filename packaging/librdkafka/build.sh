#!/bin/bash
# Brings a librdkafka of 2.10 or newer where the system's is older.
#
#   packaging/librdkafka/build.sh PREFIX
#
# Debian 12 has 2.0.2, whose gaps a user meets: SCRAM logins fail on Kafka 4.x (mended in 2.6.1),
# groups of the new consumer protocol look dead (2.10), a full queue stalls a read for a second
# (2.2). This fetches the pristine upstream archive out of the distribution's own newer source
# package, by apt and with apt's signature check, builds it and installs a static library and its
# headers into PREFIX. Sources list, package lists and cache of that apt run lie below PREFIX:
# nothing on the machine changes. A second call does nothing.
#
# Ends with 0 and one line, or, where it cannot be had, with 1 and a sentence; Hindcast then works
# with the system's library.
set -euo pipefail

readonly wanted=2.10.0
readonly suites=(testing unstable)
readonly packages=(cmake make gcc g++ pkg-config libssl-dev libsasl2-dev libcurl4-openssl-dev
    libzstd-dev liblz4-dev zlib1g-dev)

say() { echo "librdkafka: $*"; }
giveUp() {
    echo "librdkafka: $*" >&2
    exit 1
}
# newEnough VERSION: is it at least the wanted one?
newEnough() { [ "$(printf '%s\n%s\n' "$wanted" "$1" | sort -V | head -n1)" = "$wanted" ]; }

[ $# -eq 1 ] || giveUp "usage: $0 PREFIX"
mkdir -p "$1" || giveUp "the folder $1 cannot be written: choose another one"
prefix=$(cd "$1" && pwd)
readonly prefix
readonly stamp=$prefix/version

installed=$(cat "$stamp" 2>/dev/null || true)
if [ -n "$installed" ] && newEnough "$installed" && [ -f "$prefix/lib/librdkafka.a" ] &&
    [ -f "$prefix/include/librdkafka/rdkafka.h" ]; then
    say "$installed is in $prefix already"
    exit 0
fi

# One build at a time in this folder; the lock goes with the process.
exec 9>"$prefix/lock"
if command -v flock >/dev/null; then
    flock -w 600 9 || giveUp "another build in $prefix did not end within ten minutes"
    installed=$(cat "$stamp" 2>/dev/null || true)
    if [ -n "$installed" ] && newEnough "$installed"; then
        say "$installed is in $prefix already"
        exit 0
    fi
fi

command -v apt-get >/dev/null ||
    giveUp "this is no Debian system (no apt-get): the system's librdkafka serves"
for tool in cmake cc c++ pkg-config tar; do
    command -v "$tool" >/dev/null ||
        giveUp "$tool is missing: install ${packages[*]} and try again"
done
for library in libssl libsasl2 libcurl libzstd liblz4 zlib; do
    pkg-config --exists "$library" ||
        giveUp "the headers of $library are missing: install ${packages[*]} and try again"
done

# The machine's own Debian archive (a mirror, a cache, whatever its owner chose), by what apt
# itself reads from the sources list. Before a first `apt-get update` origin and label are unknown;
# the release's name, the machine's own, then has to do.
codename=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
archive=$(apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(ORIGIN) $(LABEL)' \
    'Created-By: Packages' 2>/dev/null |
    awk -v codename="$codename" '
        $3 == "Debian" && $4 == "Debian" { print $1; exit }
        $3 !~ /^[A-Z]/ && $2 == codename && codename != "" { print $1; exit }')
[ -n "$archive" ] ||
    giveUp "the sources list of this machine names no Debian archive: the system's librdkafka serves"

readonly work=$prefix/work
rm -rf "$work"
mkdir -p "$work/lists/partial" "$work/cache/archives/partial" "$work/parts" "$work/source"
trap 'rm -rf "$work"' EXIT

signedBy=
[ -f /usr/share/keyrings/debian-archive-keyring.gpg ] &&
    signedBy="Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg"

# The sandbox user of apt cannot write below a home folder; everything here belongs to the caller.
apt() {
    apt-get -qq -o Dir::Etc::SourceList="$work/empty.list" -o Dir::Etc::SourceParts="$work/parts" \
        -o Dir::State::Lists="$work/lists" -o Dir::Cache="$work/cache" \
        -o Dir::Cache::Archives="$work/cache/archives" -o APT::Sandbox::User="$(id -un)" \
        -o Acquire::AllowInsecureRepositories=false -o Acquire::Languages=none \
        -o Acquire::Retries=2 -o Debug::NoLocking=1 "$@"
}

: >"$work/empty.list"
version=
for suite in "${suites[@]}"; do
    printf '%s\n' 'Types: deb-src' "URIs: $archive" "Suites: $suite" 'Components: main' \
        ${signedBy:+"$signedBy"} >"$work/parts/newer.sources"
    say "reading the source list of Debian $suite ..."
    if ! apt -o APT::Update::Error-Mode=any update >"$work/log" 2>&1; then
        say "the source list of Debian $suite cannot be had: $(tail -n1 "$work/log")"
        continue
    fi
    (cd "$work/source" && apt source --download-only librdkafka) >"$work/log" 2>&1 || {
        say "the source of librdkafka cannot be had: $(tail -n1 "$work/log")"
        continue
    }
    tarball=$(find "$work/source" -name 'librdkafka_*.orig.tar.*' ! -name '*.asc' | head -n1)
    version=$(basename "${tarball:-}" | sed -n 's/^librdkafka_\(.*\)\.orig\.tar\..*$/\1/p')
    [ -n "$version" ] && newEnough "$version" && break
    say "Debian $suite has ${version:-none}, older than $wanted"
    version=
    rm -f "$work"/source/*
done
[ -n "$version" ] || giveUp "no librdkafka of $wanted or newer can be had from the machine's" \
    "package archive: check the network, or go on with the system's library"

say "building $version (about a minute) ..."
mkdir "$work/tree"
tar -xf "$tarball" -C "$work/tree" --strip-components=1
if ! {
    cmake -S "$work/tree" -B "$work/build" -DCMAKE_BUILD_TYPE=Release \
        -DCMAKE_INSTALL_PREFIX="$prefix" -DCMAKE_INSTALL_LIBDIR=lib \
        -DCMAKE_POSITION_INDEPENDENT_CODE=ON -DRDKAFKA_BUILD_STATIC=ON \
        -DRDKAFKA_BUILD_EXAMPLES=OFF -DRDKAFKA_BUILD_TESTS=OFF -DWITH_SASL=ON -DWITH_SSL=ON \
        -DWITH_CURL=ON -DWITH_ZSTD=ON -DWITH_ZLIB=ON -DENABLE_LZ4_EXT=ON &&
        cmake --build "$work/build" --parallel "$(nproc)" &&
        cmake --install "$work/build"
} >"$prefix/build.log" 2>&1; then
    giveUp "the build of $version failed, see $prefix/build.log: the system's library serves"
fi
echo "$version" >"$stamp"
say "$version is in $prefix"
