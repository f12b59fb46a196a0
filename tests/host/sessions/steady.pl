#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# Takes out of a session what differs from one to the next: what commands printed, how long they took, and what
# the lab's moves say with 'hide PATTERN'. Complains of lines of kvmlab's own that were too wide.
#
# usage: screen.pl SCREEN... | steady.pl MOVES
use strict;
use warnings;
use utf8;
use open qw(:std :encoding(UTF-8));

my $COLUMNS = 80;
my $OUTPUT = '    | …';
my $TYPED = qr/^(?:> |\$ |kvmlab[\$#] |.*\[[Yy]\/)/;
my @hidden = (
	qr/\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/,
	qr/\b[0-9a-f]{2}(?::[0-9a-f]{2}){5}\b/,
	qr/\b\d+\.\d+\.\d+-[\w.+-]+\b/,
	qr/\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?Z?\b/,
	qr/(?<![\d.])\d+\.\d{3}(?![\d.])/,
);

my $moves = shift @ARGV;
open my $in, '<', $moves or die "steady.pl: $moves: $!\n";
while (<$in>) { push @hidden, qr/$1/ if /^hide (.*)$/ }
close $in;

# Of a step that runs: what the student types, and what kvmlab says to it.
sub is_of_kvmlab { return /^(?:kvmlab[\$#] .|\[kvmlab\]|Ctrl-C: |> |  \d\) |  (?! )\S)/ }

my ($running, $menu) = (0, '');
my @lines;

# A step runs from the answer at its prompt until kvmlab says how it ended; a probe, until the next heading.
while (<STDIN>) {
	chomp;
	if ($running && /^  (?:step|langkah) \S+: /) {
		push @lines, $OUTPUT;
		$running = 0;
	} elsif ($running && /^(?:(?:Step|Langkah) \S+(?:: |$)|\$ |\[(?!kvmlab))/) {
		push @lines, '';
		$running = 0;
	}
	next if $running && !is_of_kvmlab();
	s/\b\d+(?= (?:s|min|detik|menit)\b)/…/g if $running && /^  1\) /;
	$menu = $1 if /^(Ctrl-C: )/ || /^(This step had started when|Langkah ini sudah dimulai ketika)/;
	s/(?<!status )(?<!keluar )\b\d+(?:[.,]\d+)?\b/…/g if /^  (?:step|langkah) \S+: .*\d (?:ms|s)\b/;
	print STDERR "wider than $COLUMNS: $_\n" if length > $COLUMNS && !/^    / && !/$TYPED/;
	push @lines, $_;
	$running = 1 if /\[[Yy]\/[NnTt]\b.*\] ?[YySs]?$/;
	next unless $menu && /^> (\d)$/;
	my $picked = $1;
	# Leaving ends the step, 'run it again' begins it.
	$running = $menu =~ /^Ctrl-C/ ? $picked != 3 : $picked == 1;
	$menu = '';
}

# Where something is hidden, its length may have decided where the lines below it break: they become one.
while (@lines) {
	my @paragraph = shift @lines;
	my $folds = $paragraph[0] =~ /^\S/ && $paragraph[0] !~ /^(?:Step|Langkah) / && $paragraph[0] !~ $TYPED;
	push @paragraph, shift @lines while $folds && @lines && $lines[0] =~ /^  +(?!\d\)|\|)\S/;
	push @paragraph, shift @lines while $paragraph[0] =~ /^  (?:step|langkah) / && $lines[0] =~ /^  (?!(?:step|langkah) |\d\))\S/;
	my $whole = join ' ', $paragraph[0], map { s/^ +//r } @paragraph[1 .. $#paragraph];
	my $found = 0;
	for my $pattern (@hidden) { $found += $whole =~ s/$pattern/…/g }
	print "$_\n" for $found || $whole =~ /^  (?:step|langkah) / ? $whole : @paragraph;
}
