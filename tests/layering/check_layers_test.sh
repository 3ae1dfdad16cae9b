#!/usr/bin/env bash
# check_layers.sh finds each kind of fault when one is planted, and is silent on a clean tree.
set -u
check="$(cd "$(dirname "$0")" && pwd)/check_layers.sh"
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
failed=0

# expect RESULT FILE LINE: a tree with that one line in that one file.
expect() {
    rm -rf "${tree:?}"/*
    mkdir -p "$tree/$(dirname "$2")" "$tree"/{app,widgets/shared,model/record,connectors/kafka}
    printf '%s\n' "$3" > "$tree/$2"
    bash "$check" "$tree" > /dev/null
    if [ $? -ne "$1" ]; then
        echo "expected $1: $2: $3"
        failed=1
    fi
}

expect 0 model/capture/a.cpp '#include "model/record/place.h"'
expect 1 model/record/a.h '#include "model/capture/capture.h"'
expect 1 model/capture/a.cpp '#include "model/decode/value_tree.h"'
expect 1 model/lag/a.cpp '#include "model/capture/capture.h"'
expect 1 model/trace/a.cpp '#include <librdkafka/rdkafka.h>'
expect 1 widgets/lag/a.cpp '#include "connectors/kafka/kafka_connection.h"'
expect 1 widgets/lag/a.cpp '#include "widgets/traces/trace_view.h"'
expect 0 widgets/lag/a.cpp '#include "widgets/shared/palette.h"'
expect 1 widgets/shared/a.cpp '#include "widgets/lag/lag_view.h"'
expect 1 connectors/kafka/a.cpp '#include "model/capture/capture.h"'
expect 0 connectors/kafka/a.cpp '#include "model/record/record_source.h"'
expect 1 model/query/a.h 'QString name();'
expect 0 model/query/a.cpp 'QString name();'
expect 0 model/query/a.h '// As QString does.'
expect 1 widgets/lag/a.cpp 'QApplication::processEvents();'
expect 1 widgets/lag/a.cpp 'QSettings settings;'
expect 0 app/a.cpp 'QSettings settings;'
expect 1 widgets/lag/a.cpp 'p.setPen(QColor(Qt::red));'
expect 1 widgets/lag/a.cpp 'QColor c(QStringLiteral("#ff0000"));'
expect 1 model/query/long.cpp "$(seq 501)"
expect 1 model/query/long.h "$(seq 201)"

exit $failed
