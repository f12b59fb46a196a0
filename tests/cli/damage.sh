#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A state database that is damaged or cannot be written is told as such; nothing crashes on it.
# usage: damage.sh [KVMLAB]
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
db=$XDG_STATE_HOME/kvmlab/state.db
lab_ok "$work/lab.yaml"
run "$kvmlab" run "$work/lab.yaml" --yes
cp -r "$XDG_STATE_HOME" "$work/sound"
fresh() {
	rm -rf "$XDG_STATE_HOME"
	cp -r "$work/sound" "$XDG_STATE_HOME"
}

# damaged NAME SQL [COMMAND...]: with the database changed so
damaged() {
	local name=$1 sql=$2
	shift 2
	fresh
	sqlite3 "$db" "$sql" || fail "$name" 'the database could not be changed'
	said "$name" 74 1 "state\.db' is damaged: move it away" "$kvmlab" "${@:-report}"
}

if command -v sqlite3 >/dev/null; then
	for column in name lab path mode version; do
		damaged "run-without-$column" "UPDATE run SET $column=NULL"
		damaged "status-without-$column" "UPDATE run SET $column=NULL" status
	done
	damaged run-of-no-time 'UPDATE run SET started=9223372036854775807' status
	said run-of-no-time-json 74 0 '' "$kvmlab" status --format json
	damaged run-finished-before-time 'UPDATE run SET finished=-1'
	damaged step-of-no-state 'UPDATE step SET state=99'
	damaged step-of-no-time 'UPDATE step SET at=9000000000000000000'
	damaged look-of-no-verdict 'UPDATE looked SET verdict=77'
	damaged look-of-a-negative-verdict 'UPDATE looked SET verdict=-1'
	damaged broken-without-reason 'UPDATE looked SET verdict=5, reason=NULL'
	damaged evidence-without-name 'UPDATE evidence SET name=NULL'
	damaged evidence-of-no-kind 'UPDATE evidence SET kind=4000'
	damaged evidence-of-no-end 'UPDATE evidence SET end=-7'
	damaged evidence-of-no-time 'UPDATE evidence SET at=9000000000000000000'
	damaged evidence-longer-than-it-is 'UPDATE evidence SET out_head=1000000'
	damaged change-of-no-kind "INSERT INTO change(run,host,kind,name,existed,undone,why) VALUES(1,'local',9,'x',0,0,NULL)"
	damaged change-of-no-state "INSERT INTO change(run,host,kind,name,existed,undone,why) VALUES(1,'local',0,'x',0,50,NULL)"
	damaged change-without-name "INSERT INTO change(run,host,kind,name,existed,undone,why) VALUES(1,'local',0,NULL,0,1,NULL)"
	damaged fact-without-value 'UPDATE fact SET value=NULL'
	# What may be missing is no damage.
	for format in text json html markdown junit tap; do
		fresh
		sqlite3 "$db" 'UPDATE evidence SET host=NULL, place=NULL; UPDATE step SET why=NULL;'
		said "without-place-$format" 0 0 '' "$kvmlab" report --format "$format"
	done
else
	skip damaged-rows 'no sqlite3'
fi

fresh
echo 'this is no database, whatever its name may say; it is long enough to be looked at' >"$db"
said no-database 74 1 "state\.db' is damaged: move it away" "$kvmlab" status
mv "$db" "$db.old"
said moved-away 0 0 '' "$kvmlab" status
fresh
head -c 3000 /dev/urandom | dd of="$db" bs=1 seek=100 conv=notrunc status=none
said overwritten 74 1 "state\.db' is damaged: move it away" "$kvmlab" report

# ---- somebody else's database, as a teacher reads a student's
if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null; then
	dir=$(readable_copy)
	fresh
	cp -r "$XDG_STATE_HOME" "$dir/state?#%"
	other="$dir/state?#%/kvmlab"
	chmod 755 "$dir/state?#%" "$other"
	chmod 644 "$other"/*
	as_other() {
		setpriv --reuid=65534 --regid=65534 --clear-groups \
			env XDG_STATE_HOME="$dir/state?#%" "$dir/kvmlab" "$@"
	}
	cp "$work/lab.yaml" "$dir"
	before=$(ls "$other")
	said status-read-only 0 0 '' as_other status
	if grep -q ok "$work/out"; then pass status-read-only-lists; else fail status-read-only-lists 'no run'; fi
	said report-read-only 0 0 '' as_other report
	said run-read-only 74 1 "state\.db': .*yours to write" as_other run "$dir/lab.yaml" --yes
	is read-only-leaves-nothing "$before" "$(ls "$other")"
	# The last words of a run that was cut off stand in the log alone: they are not left out.
	sqlite3 "$other/state.db" 'PRAGMA journal_mode=WAL' >/dev/null
	sqlite3 "$other/state.db" ".dbconfig no_ckpt_on_close on" "UPDATE run SET lab='in-the-log'" >/dev/null
	chmod 644 "$other"/*
	rm -f "$other/state.db-shm"
	if [ -s "$other/state.db-wal" ]; then
		run as_other status
		if [ "$code" = 0 ] && ! grep -q in-the-log "$work/out"; then
			fail read-only-log 'what stands in the log was left out'
		else
			pass read-only-log
		fi
	else
		skip read-only-log 'no log was left'
	fi
	rm -rf "$dir"
else
	skip read-only 'not root, or no setpriv'
fi
done_testing
