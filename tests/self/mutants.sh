#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Puts a mistake into the program, one at a time, and sees its unit test turn red.
# timeout: 600
# usage: mutants.sh [KVMLAB]      ONLY=PATTERN: only those whose line matches
set -u
here=$(cd "$(dirname "$0")" && pwd)
tree=$(cd "$here/../.." && pwd)
build=${BUILD:-$tree/build}
cd "$tree" || exit 1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

if [ ! -f "$build/libkvmlab.a" ]; then
	echo "SKIP self/mutants: '$build/libkvmlab.a' is not built"
	exit 0
fi
packages=(yaml-0.1 libpcre2-8 sqlite3 libsodium libxml-2.0 json-c)
read -ra flags <<<"$(pkg-config --cflags "${packages[@]}")"
read -ra libs <<<"$(pkg-config --libs "${packages[@]}")"
compile=("${CC:-gcc}" -std=gnu17 -D_GNU_SOURCE -O0 -w -I. "${flags[@]}")
mapfile -t helpers < <(find "$build/obj/tests/unit" -name '*.o' ! -name 'test_*' 2>/dev/null)

# link OBJECT TEST PROGRAM: the object stands before the library and so instead of its like there
link() { "${compile[@]}" -o "$3" "tests/unit/test_$2.c" "$1" "${helpers[@]}" "$build/libkvmlab.a" "${libs[@]}" -lcmocka -lm; }

# mutate FILE FROM TO: prints FILE with the first FROM made TO; fails when there is none
mutate() {
	FROM=$2 TO=$3 perl -0777 -e '
	my ($from, $to) = @ENV{qw(FROM TO)};
	for ($from, $to) { s/(?<!\\)\\n/\n/g; s/\\\|/|/g; s/\\\\/\\/g; }
	my $text = <STDIN>;
	my $at = index $text, $from;
	exit 1 if $at < 0;
	substr($text, $at, length $from) = $to;
	print $text' <"$1"
}

# The tests as they are must be green, or red says nothing.
green() {
	if timeout 60 "$build/tests/test_$1" >"$work/green.$1" 2>&1; then
		echo "PASS self/mutants/control-$1"
	else
		echo "FAIL self/mutants/control-$1: red without any mistake"
	fi
}

# try NUMBER FILE TEST FROM TO
try() {
	local name dir=$work/$1 rc
	name="self/mutants/$1-$(basename "$2" .c)"
	mkdir "$dir"
	if ! mutate "$2" "$4" "$5" >"$dir/mutant.c"; then
		echo "FAIL $name: '$2' has no '$4' any more; bring mutants.txt up to date"
	elif ! { "${compile[@]}" -c -o "$dir/mutant.o" "$dir/mutant.c" && link "$dir/mutant.o" "$3" "$dir/test"; } 2>"$dir/err"; then
		echo "FAIL $name: does not compile: $(grep -m 1 error "$dir/err")"
	else
		CMOCKA_MESSAGE_OUTPUT=TAP timeout 60 "$dir/test" >"$dir/out" 2>&1
		rc=$?
		if [ "$rc" = 0 ] && grep -q '^ok .* # SKIP' "$dir/out"; then
			echo "SKIP $name: test_$3 cannot do all of its work here"
		elif [ "$rc" = 0 ]; then
			echo "FAIL $name: test_$3 stays green with '$5' for '$4'"
		elif [ "$rc" -lt 124 ] && ! grep -q '^not ok' "$dir/out"; then
			echo "FAIL $name: test_$3 ended with $rc, but named no test"
		else
			echo "PASS $name"
		fi
	fi
	rm -rf "$dir"
}

trim() {
	local s=$1
	s=${s#"${s%%[! ]*}"}
	printf '%s' "${s%"${s##*[! ]}"}"
}

mapfile -t lines < <(grep -v '^#' "$here/mutants.txt" | grep -e "${ONLY:-}")
number=0
{
	while read -r test; do green "$test"; done < <(
		printf '%s\n' "${lines[@]}" | perl -ne 'print "$1\n" if / \| (\w+) \| /' | sort -u)
	for line in "${lines[@]}"; do
		number=$((number + 1))
		# ' | ' stands between the fields, '\|' for a '|' in one.
		IFS=$'\x1f' read -r file test from to <<<"$(perl -pe 's/ \| /\x1f/g' <<<"$line")"
		try "$(printf '%02d' "$number")" "$file" "$test" "$(trim "$from")" "$(trim "${to-}")" &
		while [ "$(jobs -r | wc -l)" -ge "${JOBS:-$(nproc)}" ]; do wait -n; done
	done
	wait
} | tee "$work/lines"
! grep -q '^FAIL' "$work/lines"
