#!/bin/bash
# Starts and stops one Apache Kafka (KRaft, one node, loopback only) for tests and the live demo.
#
#   kafka-server.sh resolve VERSION                  fetch the jars only (Maven, Central)
#   kafka-server.sh start DIR VERSION [OWNER_PID]    start; prints the bootstrap address
#   kafka-server.sh stop DIR [keep]                  stop and remove DIR (keep: leave the data)
#   kafka-server.sh again DIR [OWNER_PID]            start a kept one again, same port, same data
#
# DIR takes the data, the log (server.log), the address (bootstrap) and the process ids. The server
# ends with its owner: a watchdog ends it by its process id when OWNER_PID (by default the caller)
# is gone, so that an interrupted run leaves nothing behind.
# HINDCAST_KAFKA_CACHE holds the resolved class paths (default: build/kafka of this tree), so that
# only the first start of a version needs Maven; HINDCAST_KAFKA_HEAP the heap (default 512m).
# HINDCAST_KAFKA_SECURE=yes adds a port with logins (PLAIN and SCRAM, user reader, password secret; address in
# bootstrap-login) and one with TLS that wants a certificate of its own authority (address in bootstrap-tls; tls/ca.pem,
# tls/reader.pem with its key, tls/other-ca.pem).
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
readonly here
readonly cache=${HINDCAST_KAFKA_CACHE:-$here/../../build/kafka}
readonly heap=${HINDCAST_KAFKA_HEAP:-512m}

giveUp() {
    echo "kafka-server: $*" >&2
    exit 1
}
source "$here/processes.sh"
source "$here/logging.sh"

# Do all jars of a class path still exist? (A cleaned Maven folder invalidates a cached list.)
jarsThere() {
    local jar jars
    IFS=: read -ra jars <"$1"
    for jar in "${jars[@]}"; do [ -f "$jar" ] || return 1; done
}

resolve() {
    local version=$1 list=$cache/classpath-$1
    mkdir -p "$cache"
    if [ -s "$list" ] && jarsThere "$list"; then return; fi
    command -v mvn >/dev/null || giveUp "Maven (mvn) is missing: install the package maven"
    command -v java >/dev/null || giveUp "Java is missing: install openjdk-17-jre-headless"
    mvn -B --no-transfer-progress -gs "$here/maven-settings.xml" -f "$here/pom.xml" -P "log-of-${version%%.*}" \
        -Dkafka.version="$version" -Dmdep.outputFile="$list.new" dependency:build-classpath \
        >"$cache/maven-$version.log" 2>&1 || {
        grep -E 'WARNING|ERROR' "$cache/maven-$version.log" | head -n 8 >&2
        giveUp "Apache Kafka $version cannot be had from Maven Central (the lines above say why)"
    }
    mv "$list.new" "$list"
}

# Ends the server of DIR by its process id; does nothing where it has ended already. With `keep` it
# may put its data in order; otherwise nobody will want them.
endServer() {
    local dir=$1 keep=${2:-} pid
    pid=$(cat "$dir/server.pid" 2>/dev/null || true)
    if [ -n "$pid" ] && [ "$(startOf "$pid")" = "$(cat "$dir/server.start" 2>/dev/null)" ]; then
        if [ "$keep" = keep ]; then
            kill "$pid" 2>/dev/null || true
            for _ in {1..100}; do
                alive "$pid" || break
                sleep 0.1
            done
        fi
        kill -9 "$pid" 2>/dev/null || true
        while alive "$pid"; do sleep 0.1; done
    fi
    rm -f "$dir/server.pid" "$dir/server.start"
}

# Waits for owner or server to end; then nothing of this run is left.
watch() {
    local dir=$1 owner=$2 ownerStart=$3 server=$4
    trap '' HUP INT
    while alive "$server" && [ "$(startOf "$owner")" = "$ownerStart" ]; do sleep 0.5; done
    if [ "$(cat "$dir/server.pid" 2>/dev/null)" = "$server" ] &&
        [ "$(startOf "$owner")" != "$ownerStart" ]; then
        endServer "$dir"
        rm -rf "$dir"
    fi
}

launch() {
    local dir=$1 owner=$2 version port
    version=$(cat "$dir/version")
    port=$(cut -d: -f2 "$dir/bootstrap.next")
    : >"$dir/server.log"
    setsid java -Xmx"$heap" -Xms128m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xshare:auto -XX:-UsePerfData \
        -Dlog4j.configuration="file:$dir/log4j.properties" \
        -Dlog4j2.configurationFile="$dir/log4j2.properties" \
        -cp "$(cat "$cache/classpath-$version")" kafka.Kafka "$dir/server.properties" \
        >>"$dir/server.log" 2>&1 </dev/null &
    local pid=$!
    disown
    echo "$pid" >"$dir/server.pid"
    startOf "$pid" >"$dir/server.start"
    setsid "$here/kafka-server.sh" watch "$dir" "$owner" "$(startOf "$owner")" "$pid" \
        >/dev/null 2>&1 </dev/null &
    disown
    for _ in {1..600}; do
        if grep -q 'Kafka Server started' "$dir/server.log" &&
            (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
            cp "$dir/bootstrap.next" "$dir/bootstrap"
            return 0
        fi
        alive "$pid" || return 1
        sleep 0.1
    done
    return 1
}

# An authority, and what it signs: the broker's certificate and a reader's, each with its key in one file.
makeCertificates() {
    local tls=$1 name
    rm -rf "$tls"
    mkdir -p "$tls"
    for name in ca other-ca; do
        openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj "/CN=Hindcast test $name" \
            -keyout "$tls/$name.key" -out "$tls/$name.pem" 2>/dev/null
    done
    for name in broker reader; do
        openssl req -newkey rsa:2048 -nodes -subj "/CN=$name" -keyout "$tls/$name.key" -out "$tls/$name.csr" 2>/dev/null
        openssl x509 -req -days 2 -in "$tls/$name.csr" -CA "$tls/ca.pem" -CAkey "$tls/ca.key" -CAcreateserial \
            -extfile <(echo 'subjectAltName=IP:127.0.0.1,DNS:localhost') -out "$tls/$name.crt" 2>/dev/null
        cat "$tls/$name.key" "$tls/$name.crt" >"$tls/$name.pem"
    done
}

# The properties of the ports with logins and TLS; their addresses go into files of DIR.
secureProperties() {
    local dir=$1 plain=$2 controller=$3 login tls
    login=$(freePort)
    tls=$(freePort)
    echo "127.0.0.1:$login" >"$dir/bootstrap-login"
    echo "127.0.0.1:$tls" >"$dir/bootstrap-tls"
    cat <<END
listeners=PLAINTEXT://127.0.0.1:$plain,CONTROLLER://127.0.0.1:$controller,LOGIN://127.0.0.1:$login,TLS://127.0.0.1:$tls
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,LOGIN:SASL_PLAINTEXT,TLS:SSL
sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512
listener.name.login.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required user_reader="secret";
listener.name.login.scram-sha-256.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;
listener.name.login.scram-sha-512.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;
listener.name.tls.ssl.keystore.type=PEM
listener.name.tls.ssl.keystore.location=$dir/tls/broker.pem
listener.name.tls.ssl.truststore.type=PEM
listener.name.tls.ssl.truststore.location=$dir/tls/ca.pem
listener.name.tls.ssl.client.auth=required
END
}

start() {
    local dir=$1 version=$2 owner=$3 port controller id
    mkdir -p "$dir"
    dir=$(cd "$dir" && pwd)
    endServer "$dir" # of an earlier run
    rm -f "$dir/bootstrap" "$dir/made-by-tests"
    resolve "$version"
    echo "$version" >"$dir/version"
    log4j1To "$dir/log4j.properties"
    log4j2To "$dir/log4j2.properties"
    local secure='' users=()
    if [ "${HINDCAST_KAFKA_SECURE:-}" = yes ]; then
        command -v openssl >/dev/null || giveUp "openssl is missing: install the package openssl"
        makeCertificates "$dir/tls"
        users=(--add-scram 'SCRAM-SHA-256=[name=reader,password=secret]'
            --add-scram 'SCRAM-SHA-512=[name=reader,password=secret]')
    fi
    # Another process may take a port between the look and the start: then once more.
    for _ in 1 2 3; do
        port=$(freePort)
        controller=$(freePort)
        [ "$port" != "$controller" ] || continue
        rm -rf "$dir/data"
        [ ${#users[@]} -eq 0 ] || secure=$(secureProperties "$dir" "$port" "$controller")
        cat >"$dir/server.properties" <<END
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:$controller
listeners=PLAINTEXT://127.0.0.1:$port,CONTROLLER://127.0.0.1:$controller
controller.listener.names=CONTROLLER
log.dirs=$dir/data
num.partitions=1
auto.create.topics.enable=true
offsets.topic.replication.factor=1
offsets.topic.num.partitions=8
group.initial.rebalance.delay.ms=0
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=4
log.cleaner.backoff.ms=500
log.cleaner.dedupe.buffer.size=8388608
log.retention.check.interval.ms=1000
log.initial.task.delay.ms=500
message.max.bytes=16777216
replica.fetch.max.bytes=16777216
controlled.shutdown.enable=false
${HINDCAST_KAFKA_PROPERTIES:-}
$secure
END
        echo "127.0.0.1:$port" >"$dir/bootstrap.next"
        id=A$(head -c 16 /dev/urandom | base64 | tr '+/' '-_' | cut -c2-21)A
        java -Xshare:auto -XX:TieredStopAtLevel=1 -cp "$(cat "$cache/classpath-$version")" \
            kafka.tools.StorageTool format -t "$id" -c "$dir/server.properties" "${users[@]}" \
            >"$dir/format.log" 2>&1 || {
            cat "$dir/format.log" >&2
            giveUp "the storage of Kafka $version could not be formatted (the lines above say why)"
        }
        if launch "$dir" "$owner"; then
            cat "$dir/bootstrap"
            return
        fi
        endServer "$dir"
    done
    tail -n 20 "$dir/server.log" >&2
    giveUp "Kafka $version did not start: its log is $dir/server.log (last lines above)"
}

case ${1:-} in
resolve)
    [ $# -eq 2 ] || giveUp "usage: $0 resolve VERSION"
    resolve "$2"
    ;;
start)
    [ $# -ge 3 ] || giveUp "usage: $0 start DIR VERSION [OWNER_PID]"
    start "$2" "$3" "${4:-$PPID}"
    ;;
again)
    [ $# -ge 2 ] || giveUp "usage: $0 again DIR [OWNER_PID]"
    [ -f "$2/server.properties" ] || giveUp "no kept server in $2"
    launch "$2" "${3:-$PPID}" || giveUp "the server in $2 did not start again: see server.log there"
    cat "$2/bootstrap"
    ;;
stop)
    [ $# -ge 2 ] || giveUp "usage: $0 stop DIR [keep]"
    endServer "$2" "${3:-}"
    [ "${3:-}" = keep ] || rm -rf "$2"
    ;;
watch)
    shift
    watch "$@"
    ;;
*) giveUp "usage: $0 resolve|start|again|stop ..." ;;
esac
