# For scripts that start servers (to be sourced): which process is which, and a port for each.

# The start of a process in clock ticks since boot: with the id it names one process for good.
startOf() { sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -d' ' -f20 || true; }
# A zombie has ended: in a container nobody may be there to collect it.
alive() {
    kill -0 "$1" 2>/dev/null &&
        [ "$(sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -c1)" != Z ]
}

freePort() {
    local port
    for _ in {1..50}; do
        port=$((20000 + (RANDOM * 32768 + RANDOM) % 12000))
        if ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
            echo "$port"
            return
        fi
    done
    giveUp "no free port between 20000 and 32000 was found"
}

# Keeps in FILE which process PID is, so that it can be ended even if its id was given anew.
keepProcess() { echo "$2 $(startOf "$2")" >"$1"; }
# Ends the process of FILE with SIGNAL and waits; does nothing where it has ended already.
endProcess() {
    local file=$1 signal=$2 pid start
    read -r pid start 2>/dev/null <"$file" || return 0
    if [ -n "$start" ] && [ "$(startOf "$pid")" = "$start" ]; then
        kill "-$signal" "$pid" 2>/dev/null || true
        for _ in {1..100}; do
            alive "$pid" || break
            sleep 0.1
        done
        kill -KILL "$pid" 2>/dev/null || true
        while alive "$pid"; do sleep 0.1; done
    fi
    rm -f "$file"
}
