#!/usr/bin/env bash
# Reads ctest's log and says how many cases of each kind ran: count_tests.sh [--totals] LOG
# A QtTest program reports its own cases; any other test counts as one.
set -u
totals=no
if [ "$1" = --totals ]; then
    totals=yes
    shift
fi
awk -v totals=$totals '
    /^[0-9]+\/[0-9]+ Testing: / { split($3, part, "."); kind = part[1]; inside = 1; cases = 0; bad = 0; skipped = 0 }
    # initTestCase and cleanupTestCase are counted by QtTest, not by us.
    /^Totals: [0-9]+ passed/ { cases += ($2 > 2 ? $2 - 2 : 0); bad += $4; skipped += $6 }
    inside && /^Test (Passed|Failed|Skipped)\./ || inside && /^Test (Timeout|Not Run)/ {
        if (cases + bad + skipped == 0) { if ($2 == "Passed.") cases = 1; else if ($2 == "Skipped.") skipped = 1; else bad = 1 }
        else if ($2 != "Passed." && bad == 0) bad = 1
        ok[kind] += cases; no[kind] += bad; left[kind] += skipped; programs[kind]++; inside = 0
    }
    END {
        for (k in programs) {
            allOk += ok[k]; allBad += no[k]
            if (totals == "no") printf "%-10s %3d programs, %5d cases passed, %d failed, %d skipped\n", k, programs[k], ok[k], no[k], left[k] | "sort"
        }
        if (totals == "yes") print allOk + 0, allBad + 0
    }' "$1"
