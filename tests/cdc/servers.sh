# PostgreSQL and a worker of Kafka Connect with Debezium for live.sh (to be sourced). Everything stands below $data; the
# processes are kept in $data/processes, where endServers finds them.

source "$here/../broker/logging.sh"

readonly cache=${HINDCAST_KAFKA_CACHE:-$here/../../build/kafka}
postgresBin=$(find /usr/lib/postgresql -maxdepth 2 -name bin 2>/dev/null | sort -V | tail -n 1)
readonly postgresBin

endServers() {
    local file
    for file in "$data"/processes/connect* "$data"/processes/postgres*; do
        # For the postmaster SIGQUIT is the immediate shutdown, which ends its children too.
        case $file in
        */connect*) endProcess "$file" KILL ;;
        *) endProcess "$file" QUIT ;;
        esac
    done
    "$here/../broker/kafka-server.sh" stop "$data/kafka" || true
}

# PostgreSQL refuses to run as root.
asPostgres=()
[ "$(id -u)" -ne 0 ] || asPostgres=(setpriv --reuid=postgres --regid=postgres --init-groups)

# A folder of PostgreSQL's own below $data.
postgresFolder() {
    mkdir -p "$1"
    [ "$(id -u)" -ne 0 ] || chown postgres "$1"
    chmod 700 "$1"
}

# postgresLaunch NAME PORT ADDRESS OPTION...: the server of $data/NAME, with its socket in $data/socket-NAME; an empty
# ADDRESS means that it listens nowhere else.
postgresLaunch() {
    local name=$1 port=$2 address=$3
    shift 3
    postgresFolder "$data/socket-$name"
    "${asPostgres[@]}" "$postgresBin/postgres" -D "$data/$name" -c unix_socket_directories="$data/socket-$name" \
        -c listen_addresses="$address" -p "$port" "$@" >>"$data/$name.log" 2>&1 </dev/null &
    local pid=$!
    disown
    keepProcess "$data/processes/postgres-$name" "$pid"
    for _ in {1..600}; do
        ! sqlOf "$name" "$port" -c 'SELECT 1' >/dev/null 2>&1 || return 0
        alive "$pid" || break
        sleep 0.05
    done
    tail -n 20 "$data/$name.log" >&2
    giveUp "PostgreSQL did not start (the lines above are its last)"
}

# sqlOf NAME PORT ARGUMENT...: psql, unaligned, tuples only.
sqlOf() {
    local name=$1 port=$2
    shift 2
    PGTZ=UTC PGOPTIONS='-c datestyle=ISO -c extra_float_digits=1 -c bytea_output=hex' \
        "$postgresBin/psql" -X -q -A -t -v ON_ERROR_STOP=1 -h "$data/socket-$name" -p "$port" -U postgres -d shop "$@"
}

postgresStart() {
    postgresPort=$(freePort)
    postgresFolder "$data/main"
    (cd / && "${asPostgres[@]}" "$postgresBin/initdb" -D "$data/main" -U postgres -A trust --encoding=UTF8 --locale=C --no-sync) \
        >"$data/initdb.log" 2>&1 || {
        cat "$data/initdb.log" >&2
        giveUp "PostgreSQL's data folder could not be made (the lines above say why)"
    }
    cat >>"$data/main/postgresql.conf" <<END
wal_level = logical
max_wal_senders = 10
max_replication_slots = 10
max_prepared_transactions = 10
wal_keep_size = 4GB
shared_buffers = 32MB
fsync = off
timezone = UTC
log_timezone = UTC
END
    # The database is made before sqlOf() can ask it.
    (cd / && "${asPostgres[@]}" "$postgresBin/postgres" --single -D "$data/main" postgres <<<'CREATE DATABASE shop') \
        >>"$data/initdb.log" 2>&1
    postgresLaunch main "$postgresPort" 127.0.0.1
}

sql() { sqlOf main "$postgresPort" "$@"; }

# A copy of the server from which any later moment can be restored.
postgresBackup() {
    "$postgresBin/pg_basebackup" -h "$data/socket-main" -p "$postgresPort" -U postgres -D "$data/base" -X none -c fast \
        --no-sync 2>"$data/backup.log" || giveUp "the base backup failed: $(cat "$data/backup.log")"
    touch "$data/base/recovery.signal"
}

# postgresRestore LSN: a server as it was there, in $data/then, by PostgreSQL's own recovery.
postgresRestore() {
    endProcess "$data/processes/postgres-then" QUIT
    rm -rf "$data/then"
    cp -a "$data/base" "$data/then"
    [ "$(id -u)" -ne 0 ] || chown -R postgres "$data/then"
    chmod 700 "$data/then"
    # With hot_standby off it answers when it has been promoted, and not before.
    postgresLaunch then "$postgresPort" '' -c hot_standby=off \
        -c restore_command="cp $data/main/pg_wal/%f %p" -c recovery_target_lsn="$1" -c recovery_target_action=promote
}

connectResolve() {
    local list=$cache/classpath-debezium jar jars there=yes
    mkdir -p "$cache"
    if [ -s "$list" ] && [ "$list" -nt "$here/pom.xml" ]; then
        IFS=: read -ra jars <"$list" || true
        for jar in "${jars[@]}"; do [ -f "$jar" ] || there=no; done
        [ $there = no ] || return 0
    fi
    mvn -B --no-transfer-progress -gs "$here/../broker/maven-settings.xml" -f "$here/pom.xml" \
        -Dmdep.outputFile="$list.new" dependency:build-classpath >"$cache/maven-debezium.log" 2>&1 || {
        grep -E 'WARNING|ERROR' "$cache/maven-debezium.log" | head -n 8 >&2
        giveUp "Debezium cannot be had from Maven Central (the lines above say why)"
    }
    mv "$list.new" "$list"
}

# connectStart BOOTSTRAP: a worker with every connector of $data/connectors; what it has done it keeps in a file.
connectStart() {
    cat >"$data/worker.properties" <<END
bootstrap.servers=$1
key.converter=org.apache.kafka.connect.json.JsonConverter
value.converter=org.apache.kafka.connect.json.JsonConverter
key.converter.schemas.enable=false
value.converter.schemas.enable=false
offset.storage.file.filename=$data/connect.offsets
offset.flush.interval.ms=3000
listeners=http://127.0.0.1:$(freePort)
plugin.discovery=service_load
END
    log4j2To "$data/log4j2.properties"
    java -Dfile.encoding=UTF-8 -Xmx640m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xshare:auto -XX:-UsePerfData \
        -Dlog4j2.configurationFile="$data/log4j2.properties" -cp "$(cat "$cache/classpath-debezium")" \
        org.apache.kafka.connect.cli.ConnectStandalone "$data/worker.properties" "$data"/connectors/*.properties \
        >>"$data/connect.log" 2>&1 </dev/null &
    local pid=$!
    disown
    keepProcess "$data/processes/connect" "$pid"
}

connectKill() { endProcess "$data/processes/connect" KILL; }

# connectReaches LSN: waits until every connector has been told up to there, and has that stored. A connector is told where
# the log is by what comes next, so something comes.
connectReaches() {
    local done pid
    read -r pid _ <"$data/processes/connect"
    for _ in {1..120}; do
        sql -c 'UPDATE app.counter SET n = n + 1 WHERE id = 1000'
        done=$(sql -c "SELECT count(*) FILTER (WHERE active AND confirmed_flush_lsn >= '$1') FROM pg_replication_slots")
        [ "$done" -lt "${#shapes[@]}" ] || return 0
        alive "$pid" || break
        sleep 1
    done
    grep -E ' (ERROR|WARN) ' "$data/connect.log" | tail -n 20 >&2
    giveUp "Debezium did not come up to $1 ($done of ${#shapes[@]} connectors did): its log is $data/connect.log"
}
