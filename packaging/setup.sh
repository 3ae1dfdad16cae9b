#!/usr/bin/env bash
# Installs the Debian packages of packages.txt that are missing: setup.sh SECTION...
# Says what it installs. Asks nothing as root or where sudo needs no password.
set -euo pipefail

list="$(dirname "$0")/packages.txt"
wanted=()
for section in "$@"; do
    while read -r package; do
        wanted+=("$package")
    done < <(awk -v s="[$section]" '/^\[/ { on = ($1 == s); next } on && NF && $1 !~ /^#/ { print $1 }' "$list")
done

missing=()
for package in "${wanted[@]}"; do
    state=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
    [ "$state" = installed ] || missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0

if ! command -v apt-get >/dev/null; then
    echo "These packages are missing, and this is no Debian or Ubuntu; install their like by hand:" >&2
    printf '  %s\n' "${missing[@]}" >&2
    exit 1
fi
as_root=()
if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || { echo "Run this as root, or install sudo: ${missing[*]} are missing." >&2; exit 1; }
    as_root=(sudo)
fi
echo "Installing ${#missing[@]} packages: ${missing[*]}" >&2
apt() { "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 -qq "$@" >&2; }
apt update
apt install -y --no-install-recommends "${missing[@]}"
