#!/usr/bin/env bash
# Who may include whom, as ARCHITECTURE.md says, and a few bans that keep the house in shape.
# check_layers.sh [ROOT] prints each line that breaks a rule and exits 1 if there is one.
set -u
cd "${1:-$(dirname "$0")/../..}" || exit 2
broken=0

# report LINES REASON
report() {
    [ -z "$1" ] && return
    printf '%s\n  -> %s\n' "$1" "$2"
    broken=1
}
# forbid ROOM HEADERS REASON: no source of the room includes a header whose path starts so.
forbid() {
    [ -d "$1" ] || return
    report "$(grep -rnE --include='*.h' --include='*.cpp' "^#include [\"<]($2)" "$1")" "$3"
}
# ban ROOM PATTERN REASON [EXCEPT]: no source of the room says the pattern (EXCEPT: a file that may).
ban() {
    [ -d "$1" ] || return
    report "$(grep -rnE --include='*.h' --include='*.cpp' "$2" "$1" | grep -v "^${4:-no exception}:")" "$3"
}

forbid widgets 'connectors/|librdkafka|sqlite3|app/' 'widgets know the model only'
forbid model 'connectors/|librdkafka|widgets/|app/' 'the model knows no broker library, no widget, no program'
forbid connectors 'widgets/|app/|model/(capture|decode|query|lag|trace|replay)/' 'connectors implement the ports of model/record'

rooms='capture|decode|query|lag|trace|replay'
forbid model/record "model/($rooms)/" 'record knows no other room'
forbid model/capture 'model/(decode|query|lag|trace|replay)/' 'record <- capture'
forbid model/decode 'model/(query|lag|trace|replay)/' 'record <- capture <- decode'
forbid model/query 'model/(lag|trace|replay)/' 'query knows capture and decode'
forbid model/trace 'model/(lag|query|replay)/' 'trace knows capture and decode'
forbid model/replay 'model/(lag|trace)/' 'replay knows capture, decode and the filters of query'
forbid model/lag 'model/(capture|decode|query|trace|replay)/' 'record <- lag'

views='cluster connect explorer inspector lag records state timestrip traces'
for view in $views; do
    others=$(echo "$views" | tr ' ' '\n' | grep -vx "$view" | paste -sd'|')
    forbid "widgets/$view" "widgets/($others)/" 'views never talk to each other'
done
forbid widgets/shared "widgets/($(echo "$views items" | tr ' ' '|'))/" 'shared knows no view'

for room in model connectors; do
    [ -d "$room" ] || continue
    report "$(grep -rnE --include='*.h' '^#include <Q|^[^/]*\bQ[A-Z][a-z]+[A-Za-z]*\b' "$room")" \
        'no Qt type in a header of the model or a connector'
done
for room in app widgets; do
    ban "$room" 'processEvents' 'nothing on the GUI thread waits'
done
for room in widgets model connectors; do
    ban "$room" 'QSettings' 'settings live in app'
done
ban widgets 'QColor\((Qt::|[0-9"])|QStringLiteral\("#[0-9a-fA-F]{3,8}"\)|QRgb\{' \
    'colours come from widgets/shared/palette' widgets/shared/palette.cpp

while read -r lines file; do
    case "$file" in
    *.h) limit=200 ;;
    *) limit=500 ;;
    esac
    [ "$lines" -gt "$limit" ] && report "$file: $lines lines" "over $limit lines: two rooms in one"
done < <(find app widgets model connectors -name '*.h' -o -name '*.cpp' 2>/dev/null | xargs -r wc -l | grep -v ' total$')

[ $broken -eq 0 ] && echo 'Layers hold.'
exit $broken
