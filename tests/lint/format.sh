#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The layout of C files is clang-format's, that of scripts passes shellcheck.
set -u
cd "$(dirname "$0")/../.." || exit 1
failed=0

fail() {
	echo "FAIL $1: $2"
	failed=1
}

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# clang-format of other versions lays out a few things differently; .clang-format was made for 14.
if ! command -v clang-format >/dev/null; then
	echo "SKIP lint/format: no clang-format; 'make deps' installs it"
elif ! clang-format --version | grep -q 'version 14\.'; then
	echo "SKIP lint/format: clang-format is not version 14"
else
	mapfile -t files < <(find runner checks reports tests -path tests/lint/bad -prune -o -name '*.[ch]' -print)
	if found=$(clang-format --dry-run -Werror "${files[@]}" 2>&1); then
		echo "PASS lint/format"
	else
		fail lint/format "$(grep -c 'error:' <<<"$found") places, first: $(grep -m 1 'error:' <<<"$found")"
	fi
	printf 'int  a ;\n' >"$scratch/bad.c"
	cp .clang-format "$scratch/"
	if clang-format --dry-run -Werror "$scratch/bad.c" 2>/dev/null; then
		fail lint/format-control "a bad layout was accepted"
	else
		echo "PASS lint/format-control"
	fi
fi

if ! command -v shellcheck >/dev/null; then
	echo "SKIP lint/shell: no shellcheck; 'make deps' installs it"
else
	mapfile -t scripts < <(find tests fixtures .ci -path tests/lint/bad -prune -o -type f -print |
		while read -r f; do head -c 64 "$f" | grep -qaE '^#!(/usr)?/bin/(env )?(ba)?sh$' && echo "$f"; done)
	if found=$(shellcheck -x -S warning -f gcc "${scripts[@]}"); then
		echo "PASS lint/shell"
	else
		echo "$found"
		fail lint/shell "$(wc -l <<<"$found") findings, first: $(head -n 1 <<<"$found")"
	fi
	# shellcheck disable=SC2016
	printf '#!/bin/bash\ncd $1\nrm -rf $2/*\n' >"$scratch/bad.sh"
	if shellcheck -S warning "$scratch/bad.sh" >/dev/null; then
		fail lint/shell-control "a bad script was accepted"
	else
		echo "PASS lint/shell-control"
	fi
fi
exit $failed
