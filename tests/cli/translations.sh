#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Translations are complete, fit their originals, and are found wherever kvmlab stands.
# usage: translations.sh [KVMLAB]
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
po=$tree/runner/ui/po/id.po

# A catalog that msgfmt accepts and in which nothing is missing or doubtful.
is_whole() {
	local text
	text=$(LC_ALL=C msgfmt -c --statistics -o /dev/null "$1" 2>&1) || return 1
	[[ $text =~ ^[0-9]+\ translated\ messages\.$ ]]
}

# {1}, {2}, ... stand in an original and in its translation alike; what is quoted to be typed, too.
differing_marks() {
	msgattrib --no-obsolete --no-wrap "$1" | perl -ne '
	sub marks {
		my ($s) = @_;
		my %seen = map { $_ => 1 } $s =~ /(\{\d+\}|--[a-z]+|\x27kvmlab [a-z]+|\$[a-z]+)/g;
		return join " ", sort keys %seen;
	}
	$id = $1 if /^msgid "(.*)"$/;
	if (/^msgstr "(.*)"$/ && $id ne "") {
		my ($a, $b) = (marks($id), marks($1));
		print "\"$id\": $a | $b\n" if $a ne $b;
	}'
}

if is_whole "$po"; then
	pass complete
else
	fail complete "$(LC_ALL=C msgfmt -c --statistics -o /dev/null "$po" 2>&1 | tail -n 3 | tr '\n' ' ')"
fi
marks=$(differing_marks "$po")
is same-marks '' "$(head -n 3 <<<"$marks")"

# ---- each kind of fault is seen
fault() {
	local name=$1
	shift
	"$@" "$po" >"$work/$name.po"
	if cmp -s "$po" "$work/$name.po"; then
		fail "control-$name" "nothing was changed"
	elif is_whole "$work/$name.po" && [ -z "$(differing_marks "$work/$name.po")" ]; then
		fail "control-$name" "the fault was accepted"
	else
		pass "control-$name"
	fi
}
fault untranslated sed '0,/^msgstr ".*%s.*"$/s//msgstr ""/'
fault missing-argument sed '0,/^\(msgstr ".*\)%s/s//\1/'
fault other-argument sed '0,/^\(msgstr ".*\)%s/s//\1%d/'
fault fuzzy sed '0,/^#, c-format$/s//#, fuzzy, c-format/'
fault other-mark sed '0,/^\(msgstr ".*\){2}/s//\1{7}/'
fault other-option sed '0,/^\(msgstr ".*\)--set/s//\1--tetapkan/'

# ---- the template is that of the sources
"$tree/tests/po.sh" >"$work/now.pot" 2>"$work/err"
if cmp -s "$work/now.pot" "$tree/runner/ui/po/kvmlab.pot"; then
	pass template
else
	fail template "runner/ui/po/kvmlab.pot has drifted; 'make po' writes it: $(
		diff "$tree/runner/ui/po/kvmlab.pot" "$work/now.pot" | grep msgid | head -n 3 | tr '\n' ' ')"
fi
if [ "$(LC_ALL=C msgcmp "$po" "$work/now.pot" 2>&1)" = '' ]; then
	pass every-message-has-its-translation
else
	fail every-message-has-its-translation "$(LC_ALL=C msgcmp "$po" "$work/now.pot" 2>&1 | head -n 3)"
fi

# ---- found at run time, whatever locales this machine has
speaks() {
	local name=$1 word=$2
	shift 2
	run env -i "$@" help
	if grep -q "$word" "$work/out"; then
		pass "$name"
	else
		fail "$name" "no '$word' in: $(head -c 200 "$work/out" | tr '\n' ' ')"
	fi
}
speaks language 'jalani sebuah lab' LC_ALL=C.UTF-8 LANGUAGE=id "$kvmlab"
speaks language-plain-c 'jalani sebuah lab' LC_ALL=C LANGUAGE=id "$kvmlab"
speaks locale-not-installed 'jalani sebuah lab' LANG=id_ID.UTF-8 "$kvmlab"
speaks option 'jalani sebuah lab' LANG=C.UTF-8 "$kvmlab" --lang id
speaks option-english 'walk through a lab' LANG=id_ID.UTF-8 LANGUAGE=id "$kvmlab" --lang en
speaks default-english 'walk through a lab' LANG=C.UTF-8 "$kvmlab"
speaks other-language-english 'walk through a lab' LANG=fr_FR.UTF-8 LANGUAGE=fr "$kvmlab"

install -D "$kvmlab" "$work/usr/bin/kvmlab"
speaks control-no-catalog 'walk through a lab' LANG=id_ID.UTF-8 "$work/usr/bin/kvmlab"
install -D "$(dirname "$kvmlab")/locale/id/LC_MESSAGES/kvmlab.mo" \
	"$work/usr/share/locale/id/LC_MESSAGES/kvmlab.mo"
cp "$(dirname "$kvmlab")/locale/id/LC_MESSAGES/SYS_LC_MESSAGES" "$work/usr/share/locale/id/LC_MESSAGES/"
speaks installed 'jalani sebuah lab' LANG=id_ID.UTF-8 "$work/usr/bin/kvmlab"

# ---- errors, a run and its reports in Indonesian; figures and fixed words as in English
run "$kvmlab" --lang id show nowhere
if grep -q "tidak ada lab 'nowhere'" "$work/err"; then pass error; else fail error "$(cat "$work/err")"; fi
run "$kvmlab" --lang id nosuch
if grep -q "perintah 'nosuch' tidak dikenal" "$work/err"; then
	pass error-of-the-command-line
else
	fail error-of-the-command-line "$(cat "$work/err")"
fi
lab_ok "$work/ok.yaml"
for lang in id en; do
	run "$kvmlab" --lang $lang run "$work/ok.yaml" --report "text:$work/$lang.txt" \
		--report "json:$work/$lang.json"
	is "run-$lang" 0 "$code"
done
if grep -q 'Diharapkan' "$work/id.txt" && ! grep -qE 'Expected|Hypothesis|Earned' "$work/id.txt"; then
	pass report
else
	fail report "$(grep -nE 'Expected|Hypothesis|Earned' "$work/id.txt" | head -n 3 | tr '\n' ' ')"
fi
figures() {
	jq -S '[.exit_code, [.experiments[] | .outcome, [.checks[] | .id, .verdict, .measures],
		.grade.earned, .grade.possible]] | del(.. | .duration_ms?)' "$1"
}
is same-figures "$(figures "$work/en.json")" "$(figures "$work/id.json")"
done_testing
