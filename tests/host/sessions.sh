#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Whole sessions: each lab from its first prompt to its grade on a terminal of 80x24, in both languages, typed by a
# player (sessions/player.exp) that also does what students do (sessions/LAB.moves). What stood on the screen is
# compared with sessions/LAB.LANG.golden, without what differs from one session to the next.
# timeout: 1500
# usage: sessions.sh [KVMLAB]
# KVMLAB_SESSIONS='host clone/en' plays only these labs, the second in one language; KVMLAB_GOLDEN=write writes the
# golden files anew (read the difference before it is committed); KVMLAB_KEEP=DIR keeps what came on the screens.
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
tree=$(cd "$here/../.." && pwd)
kvmlab=$(readlink -f "${1:-$tree/build/kvmlab}")
plays=$here/sessions
# shellcheck source=tests/host/lib.sh
. "$here/lib.sh"
# shellcheck source=tests/host/lib_sandbox.sh
. "$here/lib_sandbox.sh"

[ "$(id -u)" = 0 ] || { skip sessions "it needs root"; exit 0; }
for program in expect perl jq pgrep; do
	command -v "$program" >/dev/null || { skip sessions "no '$program'; 'make deps' installs it"; exit 0; }
done
sheet=$(dirname "$kvmlab")/session_sheet
[ -x "$sheet" ] || { skip sessions "no '$sheet'; 'make check-host' builds it"; exit 0; }

work=${KVMLAB_KEEP:-$(mktemp -d)}
mkdir -p "$work"
up=none # the options of the sandbox that is up; it is ours
finish() {
	[ "$up" = none ] || "$kvmlab" sandbox down >/dev/null 2>&1
	[ -n "${KVMLAB_KEEP-}" ] || rm -rf "$work"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
export LC_ALL=C.UTF-8 TERM=xterm-256color
unset LANGUAGE COLUMNS LINES NO_COLOR KVMLAB_LABS VISUAL EDITOR
PATH=$(dirname "$kvmlab"):$PATH

# head_of LAB WORD [DEFAULT]: what the lab's moves say with 'WORD ...'.
head_of() { sed -n "s/^$2 \\?//p" "$plays/$1.moves" | grep . || echo "${3-}"; }

# A host that is the same on every machine: the processor, the tools and the system of a small machine in a cloud.
made_host() {
	unshare -m --propagation private bash -c '
		set -e
		from=$1 dev=$2/dev
		shift 2
		mount -t tmpfs none /sys/module && mkdir /sys/module/kvm
		mount -t tmpfs none /lib/modules
		mount --bind "$from/proc/cpuinfo" /proc/cpuinfo
		mount --bind "$from/etc/os-release" "$(readlink -f /etc/os-release)"
		! tool=$(command -v osinfo-query) || mount --bind /dev/null "$tool"
		# /dev without kvm.
		mkdir -p "$dev"
		mount -t tmpfs none "$dev"
		for file in /dev/*; do
			to=$dev/${file#/dev/}
			case $file in
			/dev/kvm) continue ;;
			/dev/ptmx) ln -s pts/ptmx "$to"; continue ;;
			esac
			if [ -L "$file" ]; then cp -a "$file" "$to"
			elif [ -d "$file" ]; then mkdir "$to" && mount --rbind "$file" "$to"
			else : >"$to" && mount --bind "$file" "$to"; fi
		done
		mount --rbind "$dev" /dev
		exec "$@"' made-host "$tree/fixtures/hosts/interpreting-kvm/root" "$work" "$@"
}

# in_place LAB COMMAND...: on the host that the lab's moves ask for.
in_place() {
	local lab=$1
	shift
	if [ "$(head_of "$lab" host)" = made ]; then made_host "$@"; else "$@"; fi
}

# steady SCREEN MOVES: what stood on the terminals, without what varies; complaints of wide lines in SCREEN.wide.
steady() {
	local screens=("$1".[0-9]*)
	perl "$plays/screen.pl" "${screens[@]}" | perl "$plays/steady.pl" "$2" 2>"$1.wide"
}

# english FILE: lines of an Indonesian session that are English; what is typed, and commands, may be.
english() {
	grep -v -E '^(> |\$ |    |kvmlab[$#] )' "$1" | grep -i -E '\b(the|is|are|was|and|your|you|with|this|that|of|not)\b.* \b(the|is|are|was|and|your|you|with|this|that|of|not)\b'
}

# compare NAME GOLDEN FOUND
compare() {
	if [ "${KVMLAB_GOLDEN-}" = write ]; then
		cp "$3" "$2"
		pass "$1/golden-written"
	elif [ ! -e "$2" ]; then
		skip "$1/as-the-golden-file" "there is none yet; KVMLAB_GOLDEN=write makes it"
	elif cmp -s "$2" "$3"; then
		pass "$1/as-the-golden-file"
	else
		diff -u "$2" "$3" | sed 's/^/# /'
		fail "$1/as-the-golden-file" "see the difference above; KVMLAB_GOLDEN=write takes it over"
	fi
}

# play LAB LANG
play() {
	local lab=$1 lang=$2 name=sessions/$1/$2 moves=$plays/$1.moves out=$work/$1.$2 answers began=$SECONDS
	# One language may have moves of its own, where a lab boots guests for minutes.
	[ ! -f "$plays/$lab.$lang.moves" ] || moves=$plays/$lab.$lang.moves
	answers=$tree/fixtures/answers/$(head_of "$lab" answers "$lab").yaml
	rm -rf "$work/state" "$out".*
	"$sheet" "$(grep -l -x "id: $lab" "$tree"/labs/*.yaml)" "$answers" "$lang" >"$out.sheet"
	XDG_STATE_HOME=$work/state RESUME="kvmlab resume" PATIENCE=${PATIENCE:-240} in_place "$lab" \
		expect "$plays/player.exp" "$out.sheet" "$moves" "$out" "kvmlab run $lab --lang $lang$(head_of "$lab" run | sed 's/^/ /')" >"$out.told" 2>&1
	is "$name/to-the-end" "0 " "$? $(tail -c 600 "$out.told" | tr '\r\n' '  ')"
	# The next session is to find the host as this one did.
	[ -s "$out.code" ] || { XDG_STATE_HOME=$work/state "$kvmlab" clean >/dev/null 2>&1; return; }
	echo "# $name: $((SECONDS - began)) s"
	is "$name/exit-code" "$(head_of "$(basename "$moves" .moves)" ends 0)" "$(cat "$out.code" 2>/dev/null)"
	is "$name/terminal-as-before" "$(cat "$out.before")" "$(cat "$out.after" 2>/dev/null || echo none)"
	steady "$out" "$moves" >"$out.found"
	is "$name/no-line-too-wide" '' "$(tr '\n' '|' <"$out.wide")"
	[ "$lang" = en ] || is "$name/no-english" '' "$(english "$out.found" | tr '\n' '|')"
	if eval "$(head_of "$lab" golden-if :)"; then
		compare "$name" "$plays/$lab.$lang.golden" "$out.found"
	else
		skip "$name/as-the-golden-file" "not on such a host: $(head_of "$lab" golden-if)"
	fi
}

# sandbox_for LAB: as its moves ask for.
sandbox_for() {
	local options
	options=$(head_of "$1" sandbox none)
	[ "$up" != "$options" ] || return 0
	[ "$up" = none ] || "$kvmlab" sandbox down >/dev/null
	up=none
	[ "$options" != none ] || return 0
	[ ! -e "$root" ] || { skip "sessions/$1" "a sandbox is up here; 'kvmlab sandbox down' first"; return 1; }
	# shellcheck disable=SC2086
	"$kvmlab" sandbox up ${options#plain} >"$work/up" 2>&1 || { fail "sessions/$1/sandbox" "$(tail -n 1 "$work/up")"; return 1; }
	up=$options
}

# image_for LAB: the labs' Debian image, where its moves say 'image'.
image_for() {
	grep -q -x image "$plays/$1.moves" || return 0
	"$kvmlab" sandbox image >"$work/image" 2>&1 && return 0
	skip "sessions/$1" "no image for its guests: $(tail -n 1 "$work/image")"
	return 1
}

# Labs of one kind of sandbox stand together, so that it is made once.
labs() {
	local lab
	for lab in "$plays"/*.moves; do
		lab=$(basename "$lab" .moves)
		[[ $lab == *.* ]] || echo "$(head_of "$lab" sandbox) $lab"
	done | sort | sed 's/.* //'
}

# Red first: a line more, a line less and a word changed are seen; so are a wide line and an English one.
test_guards() {
	local golden=$plays/host.en.golden
	[ -f "$golden" ] || return
	sed "s,tools,fools," "$golden" >"$work/changed"
	is sessions/guards/word 1 "$(KVMLAB_GOLDEN='' compare x "$golden" "$work/changed" | grep -c '^FAIL')"
	sed 9d "$golden" >"$work/changed"
	is sessions/guards/line 1 "$(KVMLAB_GOLDEN='' compare x "$golden" "$work/changed" | grep -c '^# -[^-]')"
	printf '%081d\n' 0 >"$work/guard.1"
	is sessions/guards/wide "wider than 80: $(printf '%081d' 0)" "$(steady "$work/guard" /dev/null >/dev/null; cat "$work/guard.wide")"
	printf 'ab\rcd\033[K\nabc\033[1A\033[Jx\n' >"$work/guard.1"
	is sessions/guards/drawn-over 'cd x' "$(steady "$work/guard" /dev/null | tr '\n' ' ' | tr -s ' ' | sed 's/ $//')"
	echo 'PASS this is what the student sees' >"$work/changed"
	is sessions/guards/english 1 "$(english "$work/changed" | wc -l)"
}

cd "$work" || exit 1
test_guards
for lab in $(labs); do
	[[ " ${KVMLAB_SESSIONS:-$lab} " =~ \ ${lab}[\ /] ]] || continue
	sandbox_for "$lab" && image_for "$lab" || continue
	for lang in en id; do
		[[ " ${KVMLAB_SESSIONS:-$lab} " =~ \ ${lab}(/$lang)?\  ]] && play "$lab" "$lang"
	done
done
exit $failed
