#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A prediction is locked before the first step: no resume, no other answers file, no kill at any
# moment and no Ctrl-C changes it, and one changed in the database is seen.
# timeout: 300
# usage: prediction_lock.sh [KVMLAB]
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
cd "$work" || exit 1
export COLUMNS=200 # no message is folded
db=$XDG_STATE_HOME/kvmlab/state.db
done_dir=$work/done
mkdir "$done_dir"

# The second step waits for a file, so that a run can be cut off after its first.
cat >lab.yaml <<YAML
kvmlab: 1
id: lock
title: L
experiments:
- id: e
  title: E
  predict: {ask: What?, choices: {a: the letter A, b: the letter B}, reason: true, sure: true}
  steps:
  - {id: one, run: 'touch $done_dir/one', repeat: safe}
  - {id: two, run: 'touch $done_dir/two; until [ -e $work/go ]; do sleep 0.02; done', repeat: safe}
  checks:
    c: {use: step_output, with: {step: one}, expect: {exit_status: 0}}
YAML
# answers CHOICE REASON: writes CHOICE.yaml
answers() { printf 'kvmlab-answers: 1\nexperiments:\n  e:\n    predict: {choice: %s, reason: "%s", sure: 2}\n' "$1" "$2" >"$1.yaml"; }
answers a first
answers b second
locked() { "$kvmlab" report "$@" --format json 2>/dev/null | jq -r '.experiments[0].predicted | "\(.choice) \(.reason) \(.sure)"'; }
not_taken() { grep -c 'another prediction now. It is not taken' out; }
stands() { grep -c "^Your prediction is locked: $1\$" out; }
wait_for() { for _ in $(seq 500); do [ -e "$1" ] && return; read -rt 0.02 <> <(:); done; }

# cut_off ARGUMENT...: a run that is killed when its second step runs
cut_off() {
	local victim
	rm -rf "$XDG_STATE_HOME" "${done_dir:?}"/* go
	"$kvmlab" run lab.yaml --plain "$@" >told 2>&1 </dev/null &
	victim=$!
	wait_for "$done_dir/two"
	kill -9 $victim
	wait $victim 2>/dev/null
	touch go
}
# resumed NAME ARGUMENT...: goes on, in English
resumed() { run "$kvmlab" resume --plain --lang en "$@"; }

# ---- another answers file, or none
cut_off --answers a.yaml
resumed --answers b.yaml
is other-file "0 a first 2" "$code $(locked)"
is other-file-is-told "1 1" "$(not_taken) $(stands 'the letter A')"
cut_off --answers a.yaml
resumed --answers a.yaml
is same-file-is-no-reproach "0 a first 2 0 1" "$code $(locked) $(not_taken) $(stands 'the letter A')"
cut_off --answers a.yaml
resumed
is no-file "0 a first 2 0" "$code $(locked) $(not_taken)"

# ---- the same file with something else in it: choice, reason, how sure
edited() {
	cut_off --answers a.yaml
	cp a.yaml kept
	sed -i "$2" a.yaml
	cmp -s a.yaml kept && fail "$1" 'nothing was edited'
	resumed --answers a.yaml
	cp kept a.yaml
	is "edited-$1" "0 a first 2 1" "$code $(locked) $(not_taken)"
}
edited choice 's/choice: a/choice: b/'
edited reason 's/first/better/'
edited sure 's/sure: 2/sure: 5/'
edited taken-out 's/{choice: a.*/{choice: a}/'

# ---- nobody predicted: nothing may be predicted afterwards either
cut_off --yes
resumed --answers b.yaml
is none-stays-none "null null null 1 1" "$(locked) $(not_taken) $(stands 'none was given')"

# ---- a second run is another one; the first is kept as it was
cut_off --answers a.yaml
resumed
"$kvmlab" report 1 --format json | jq -S '.experiments[0].predicted' >before
run "$kvmlab" run lab.yaml --answers b.yaml
is second-run "0 b second 2" "$code $(locked 2)"
is first-run-is-kept "$(cat before)" "$("$kvmlab" report 1 --format json | jq -S '.experiments[0].predicted')"
is both-are-listed 2 "$("$kvmlab" status --format json | jq '.runs | length')"

# ---- changed in the database
if command -v sqlite3 >/dev/null; then
	cut_off --answers a.yaml
	cp -r "$XDG_STATE_HOME" sound
	drop='DROP TRIGGER prediction_is_locked; DROP TRIGGER prediction_stays;'
	fresh() {
		rm -rf "$XDG_STATE_HOME"
		cp -r sound "$XDG_STATE_HOME"
	}
	fresh
	is database-refuses-update 1 "$(sqlite3 "$db" "UPDATE prediction SET choice='b'" 2>&1 | grep -c 'cannot be changed')"
	is database-refuses-delete 1 "$(sqlite3 "$db" 'DELETE FROM prediction' 2>&1 | grep -c 'cannot be deleted')"
	# tampered NAME SQL CODE PATTERN: no report of any kind, no index and no resume; but 'clean'
	tampered() {
		fresh
		sqlite3 "$db" "$drop $2" || fail "$1" 'the database could not be changed'
		said "$1-report" "$3" 1 "$4" "$kvmlab" report
		said "$1-html" "$3" 1 "$4" "$kvmlab" report --format html
		said "$1-index" "$3" 1 "$4" "$kvmlab" report --index 1
		said "$1-resume" "$3" 1 "$4" "$kvmlab" resume --answers b.yaml
		said "$1-resume-again" "$3" 1 "$4" "$kvmlab" resume
	}
	changed="prediction of experiment 'e' has been changed since it was locked"
	tampered tampered-choice "UPDATE prediction SET choice='b'" 65 "$changed"
	said tampered-clean 0 0 '' "$kvmlab" clean
	tampered tampered-reason "UPDATE prediction SET reason='better'" 65 "$changed"
	tampered tampered-sure 'UPDATE prediction SET sure=5' 65 "$changed"
	tampered tampered-hash 'UPDATE prediction SET hash=NULL' 65 "$changed"
	tampered replaced "REPLACE INTO prediction SELECT run,experiment,'b',reason,sure,at,hash FROM prediction" 65 "$changed"
	tampered taken-out 'DELETE FROM prediction' 65 "has been taken out of the record"
	tampered without-time 'UPDATE prediction SET at=0' 74 "state\.db' is damaged"
	# Of another run: its hash names the run.
	fresh
	run "$kvmlab" run lab.yaml --answers b.yaml
	sqlite3 "$db" "$drop UPDATE prediction SET choice=b.choice, reason=b.reason, sure=b.sure, hash=b.hash FROM prediction AS b WHERE prediction.run=1 AND b.run=2"
	said another-runs 65 1 "$changed" "$kvmlab" report 1
	said another-runs-itself 0 0 '' "$kvmlab" report 2
	rm -rf sound
else
	skip tampered "no 'sqlite3'; 'make deps' installs it"
fi

# ---- killed at every write: either no step had started, or the first prediction stands
if grep -qa __asan_init "$kvmlab"; then
	skip killed "a library cannot be preloaded before ASan's"
elif ! "${CC:-gcc}" -shared -fPIC -O1 -D_GNU_SOURCE -o crash_at.so "$here/crash_at.c"; then
	fail killed 'crash_at.c does not compile'
else
	touch go
	# one_life AT: killed there
	one_life() {
		rm -rf "$XDG_STATE_HOME" "${done_dir:?}"/*
		{ LD_PRELOAD=$work/crash_at.so CRASH_AT=$1 "$kvmlab" run lab.yaml --answers a.yaml --plain >told 2>&1 </dev/null; } 2>/dev/null
		[ $? -ge 128 ]
	}
	# second_life: goes on with another prediction, or begins anew where there was no run yet
	second_life() {
		begun=
		[ ! -e "$done_dir/one" ] || begun=yes
		resumed --answers b.yaml
		if [ "$code" = 64 ] && ! "$kvmlab" report >/dev/null 2>&1; then
			run "$kvmlab" run lab.yaml --answers b.yaml --plain
		elif [ "$code" = 64 ]; then
			code=0 # it had finished
		fi
		found=$(locked)
	}
	rm -rf "$XDG_STATE_HOME" "${done_dir:?}"/*
	LD_PRELOAD=$work/crash_at.so CRASH_COUNT=$work/count "$kvmlab" run lab.yaml --answers a.yaml --plain >/dev/null 2>&1 </dev/null
	total=$(cat count)
	for when in before after; do
		first=0 second=0 faults=
		for ((at = 1; at <= total; at++)); do
			export CRASH_AFTER=1
			[ $when = after ] || unset CRASH_AFTER
			one_life $at || continue
			unset CRASH_AFTER
			second_life
			case "$code $found $begun" in
			'0 a first 2 '*) first=$((first + 1)) ;;
			'0 b second 2 ') second=$((second + 1)) ;;
			*) faults+="call $at: exit $code, '$found' stands, step begun: ${begun:-no}; " ;;
			esac
		done
		unset CRASH_AFTER
		if [ -n "$faults" ]; then
			fail "killed-$when" "$(head -c 400 <<<"$faults")"
		elif [ $first -lt 5 ] || [ $second -lt 5 ]; then
			fail "killed-$when" "$first deaths after the lock and $second before it, of $total calls: that says nothing"
		else
			pass "killed-$when-every-call-of-$total"
		fi
	done
	# Control: a journal that is lost lets another prediction in behind the step, and that is seen.
	seen=0
	for ((at = total / 2; at <= total && seen == 0; at++)); do
		one_life $at || continue
		[ -e "$done_dir/one" ] || continue
		rm -f "$XDG_STATE_HOME"/kvmlab/*-wal "$XDG_STATE_HOME"/kvmlab/state.db
		second_life
		[[ $found != b* || -z $begun ]] || seen=1
	done
	is control-lost-journal-is-seen 1 $seen
fi

# ---- a person: Ctrl-C at the prompts behind the prediction, again and again
if command -v expect >/dev/null; then
	rm -rf "$XDG_STATE_HOME" "${done_dir:?}"/*
	touch go
	# at_prompt COMMAND KEY...: plays; a KEY is sent at each prompt in turn
	at_prompt() {
		cat >play.tcl <<-'TCL'
		set timeout 20
		log_user 0
		log_file -a -noappend screen
		spawn -noecho {*}$env(PLAY)
		foreach key $argv {
			expect {
				-re {(\n> |\[Y/n[^]]*\] )$} {}
				timeout { exit 124 }
				eof { exit 125 }
			}
			send -- [subst -nocommands -novariables $key]
		}
		expect { eof {} timeout { exit 124 } }
		catch wait result
		exit [lindex $result 3]
		TCL
		PLAY="$kvmlab $1 --plain --lang en" expect -f play.tcl "${@:2}"
		code=$?
	}
	at_prompt 'run lab.yaml' '\003'
	is left-at-the-prediction "130 null null null" "$code $(locked)"
	at_prompt resume '1\r' 'mine\r' '\003'
	is left-before-it-is-whole "130 null null null" "$code $(locked)"
	at_prompt resume '1\r' 'mine\r' '\r' '4\r' '\003'
	is left-behind-it "130 a mine 4" "$code $(locked)"
	at_prompt resume '\003'
	is not-asked-again "130 a mine 4" "$code $(locked)"
	is shown-again 1 "$(grep -c 'Your prediction is locked: the letter A' screen)"
	at_prompt resume '\r' '\003'
	is left-behind-a-step "130 a mine 4" "$code $(locked)"
	at_prompt resume '\r'
	is finished "0 a mine 4" "$code $(locked)"
else
	skip person "no 'expect'; 'make deps' installs it"
fi
done_testing
