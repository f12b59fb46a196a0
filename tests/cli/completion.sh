#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Completion in the three shells and the manual page: printed from the tables, understood by who reads them.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

PATH=$(dirname "$kvmlab"):$PATH

said no-shell 64 1 'bash, fish or zsh' "$kvmlab" completion
said unknown-shell 64 1 'bash, fish or zsh' "$kvmlab" completion tcsh
said unknown-words 64 1 "no words of kind 'X'" "$kvmlab" completion --words X
run "$kvmlab" completion --words LAB
is words-lab "$("$kvmlab" list --format json | jq -r '.labs[].id')" "$(cat "$work/out")"
run "$kvmlab" completion --words COMMAND
commands=$(tr '\n' ' ' <"$work/out")

for shell in bash fish zsh; do
	"$kvmlab" completion $shell >"$work/kvmlab.$shell"
done
if shellcheck -s bash "$work/kvmlab.bash" >"$work/out"; then pass bash-shellcheck; else fail bash-shellcheck "$(head -n 5 "$work/out")"; fi

# in_bash WORD...: what Tab behind the last word would offer.
in_bash() {
	bash -c '. "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _kvmlab; printf "%s " "${COMPREPLY[@]}"' bash "$work/kvmlab.bash" "$@"
}
in_fish() { fish --no-config -c 'source $argv[1]; complete -C "$argv[2]" | cut -f 1 | string join " "' "$work/kvmlab.fish" "$*"; }
# A terminal of zsh's own, where Tab Tab lists what there is.
in_zsh() {
	zsh -f -c '
		zmodload zsh/zpty
		zpty -b z zsh -f -i
		zpty -w z "PS1=; unsetopt zle_bracketed_paste; stty columns 200; autoload -Uz compinit; compinit -u -d $1/dump; source $1/kvmlab.zsh; compdef _kvmlab kvmlab; zstyle \":completion:*\" list-colors \"\"; print begun"
		out=; while [[ $out != *begun*begun* ]] && zpty -r z line; do out+=$line; done
		zpty -w -n z "$2"$'"'\\t\\t'"'
		out=; end=$((SECONDS + 5))
		while ((SECONDS < end)) && [[ $out != *"$3"* ]]; do zpty -r -t z line && out+=$line; done
		zpty -d z
		print -r -- "$out"' zsh "$work" "$1" "$2" | tr -s '\r\n' ' '
}
# offers NAME FOUND WORD...: each is among what was found.
offers() {
	local name=$1 found=" $2 " word
	shift 2
	for word in "$@"; do
		[[ $found == *"$word"* ]] || { fail "$name" "no '$word' in: ${found:0:300}"; return; }
	done
	pass "$name"
}

is bash-commands "$commands" "$(in_bash kvmlab '')"
is bash-prefix 'report resume ' "$(in_bash kvmlab re)"
is bash-values 'practice graded exam ' "$(in_bash kvmlab run --mode '')"
is bash-values-equals 'graded ' "$(in_bash kvmlab run --mode = g)"
is bash-behind-an-option 'practice graded exam ' "$(in_bash kvmlab --lang id run --mode '')"
offers bash-labs "$(in_bash kvmlab show '')" host
is bash-one-lab 'host ' "$(in_bash kvmlab run hos)"
offers bash-options "$(in_bash kvmlab run --)" --answers --lang --yes
is bash-formats 'html ' "$(in_bash kvmlab run --report ht)"
if command -v fish >/dev/null; then
	offers fish-commands "$(in_fish 'kvmlab ')" clean run sandbox
	is fish-values 'exam graded practice' "$(in_fish 'kvmlab run --mode ' | tr ' ' '\n' | sort | paste -sd ' ')"
	is fish-one-lab host "$(in_fish 'kvmlab show hos')"
	offers fish-options "$(in_fish 'kvmlab run --')" --answers --yes
else
	skip fish "no fish; 'make deps' installs it"
fi
if command -v zsh >/dev/null; then
	if zsh -n "$work/kvmlab.zsh" 2>"$work/err"; then pass zsh-syntax; else fail zsh-syntax "$(head -n 3 "$work/err")"; fi
	offers zsh-commands "$(in_zsh 'kvmlab ' status)" clean run sandbox
	offers zsh-values "$(in_zsh 'kvmlab run --mode ' practice)" practice graded
else
	skip zsh "no zsh; 'make deps' installs it"
fi

for lang in id en; do
	"$kvmlab" help --man --lang $lang >"$work/kvmlab.1"
	is man-$lang-warnings '' "$(groff -man -Tutf8 -ww -b -Kutf8 "$work/kvmlab.1" 2>&1 >"$work/page" | head -n 3)"
	for command in $commands; do
		grep -q "kvmlab.*$command" "$work/page" || fail man-$lang-command "no '$command' in the page"
	done
	[ "$(grep -c '' "$work/page")" -gt 150 ] && pass man-$lang-page || fail man-$lang-page "only $(grep -c '' "$work/page") lines"
done

if (cd "$tree" && make -s install DESTDIR="$work/root" PREFIX=/usr BUILD="$(dirname "$kvmlab")") >"$work/out" 2>&1; then
	for file in share/man/man1/kvmlab.1 share/man/id/man1/kvmlab.1 share/bash-completion/completions/kvmlab \
		share/fish/vendor_completions.d/kvmlab.fish share/zsh/site-functions/_kvmlab; do
		if [ -s "$work/root/usr/$file" ]; then pass "install/$file"; else fail "install/$file" "it is not there"; fi
	done
else
	fail install "$(tail -n 3 "$work/out")"
fi
done_testing
