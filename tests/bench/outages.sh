#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# How exactly silences of known length are seen: by ping_outage at 1 ms, and by ping and fping that
# watch the same ones at the same time, through a veth pair between two network namespaces. What
# the others saw is the longest time between two of their own time stamps (ping -D, fping -D).
#
# usage: tests/bench/outages.sh BUILD      OUTAGES=30 LENGTHS='137 500 1500' MANNERS='drop freeze'
set -u

outage=$1/bench/outage
times=${OUTAGES:-30}
lengths=${LENGTHS:-137 500 1500}
rows=
export LC_ALL=C.UTF-8

[ "$(id -u)" = 0 ] || { echo "outages seen by ping: not measured, network namespaces need root: sudo make bench"; exit 0; }

# Rows 'MANNER LENGTH TAB NAME TAB N P50 P95 MAX CPU'; one outage that did not happen ends it all.
for manner in ${MANNERS:-drop freeze}; do
	for length in $lengths; do
		found=$("$outage" "$manner" "$length" "$times") || exit 1
		rows+=$manner' '$length$'\t'${found//$'\n'/$'\n'$manner $length$'\t'}$'\n'
	done
done

echo "silences of known length, each $times times: error of the longest gap in ms, p50 p95 max"
awk -F '\t' -v lengths="$lengths" '
	BEGIN {
		n = split(lengths, length_of, " ")
		head = sprintf("%-9s %-14s", "answers", "seen by")
		for (i = 1; i <= n; i++) head = head sprintf("  %22s", length_of[i] " ms")
		print head "   CPU ms/s"
	}
	NF < 3 { next }
	$2 == "repeated" { repeated += $3; next }
	{
		split($1, where, " "); split($3, v, " ")
		key = where[1] "\t" $2
		if (!(key in cells)) order[++keys] = key
		cells[key] = cells[key] sprintf("  %6.2f  %6.2f  %6.2f", v[2], v[3], v[4])
		cpu[key] += v[5] / n
		if ($2 ~ /^kvmlab/) {
			if (v[3] > worst) worst = v[3]
			if (v[5] > dear) dear = v[5]
		}
	}
	function limit(name, value, unit, goal) {
		printf "%-44s %10.2f %-3s goal %.1f %s  %s\n", name, value, unit, goal, unit, (value <= goal ? "met" : "MISSED")
		missed = missed || value > goal
	}
	END {
		for (k = 1; k <= keys; k++) {
			split(order[k], part, "\t")
			printf "%-9s %-14s%s %10.1f\n", (part[1] == "drop" ? "dropped" : "late"), part[2], cells[order[k]], cpu[order[k]]
		}
		if (repeated) printf "(%d more were made anew: the machine was busy when they were to begin or to end)\n", repeated
		limit("greatest p95 error of ping_outage at 1 ms", worst, "ms", 1.5)
		limit("CPU per second of that probe, at most", dear, "ms", 50)
		exit missed
	}' <<<"$rows"
