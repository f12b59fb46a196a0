#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# Takes out of a session what differs from one to the next: what commands printed, how long they took, and what
# the lab's moves say with 'hide PATTERN'.
#
# usage: screen.pl SCREEN... | steady.pl MOVES      "hide PATTERN" in MOVES: what matches becomes …
use strict;
use warnings;
use utf8;
use open qw(:std :encoding(UTF-8));

my $OUTPUT = '    | …';
my @hidden = (
	qr/\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/,
	qr/\b[0-9a-f]{2}(?::[0-9a-f]{2}){5}\b/,
	qr/\b\d+\.\d+\.\d+-[\w.+-]+\b/,
	qr/\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?Z?\b/,
);

my $moves = shift @ARGV;
open my $in, '<', $moves or die "steady.pl: $moves: $!\n";
while (<$in>) { push @hidden, qr/$1/ if /^hide (.*)$/ }
close $in;

my $running = 0; # a step
my @lines;

# A step runs from the answer at its prompt until kvmlab says how it ended.
while (<STDIN>) {
	chomp;
	$running = 0 if /^  (?:step|langkah) \S+: / || /^\$ / || /^\[/ && !/^\[kvmlab\]/;
	if ($running && !/^(?:kvmlab[\$#] |\[kvmlab\]|> |  \d\)|\^C|  (?! ))/ && /\S/ && !/^Ctrl-C/) {
		push @lines, $OUTPUT if !@lines || $lines[-1] ne $OUTPUT;
		next;
	}
	s/(?<=, )[\d.,]+ (?:ms|s|min|d|dtk)(?: \d+ s)?$/…/ if /^  (?:step|langkah) \S+: /;
	push @lines, $_;
	$running = 1 if /\[[Yy]\/[NnTt]\b.*\] ?[YySs]?$/;
}

# Where something is hidden, its length may have decided where the lines below it break: they become one.
while (@lines) {
	my @paragraph = shift @lines;
	my ($indent) = $paragraph[0] =~ /^( *)/;
	push @paragraph, shift @lines while @lines && $paragraph[0] =~ /\S/ && $lines[0] =~ /^$indent  +\S/ && $lines[0] !~ /^ +(?:\d\)|\|)/;
	my $whole = join ' ', $paragraph[0], map { s/^ +//r } @paragraph[1 .. $#paragraph];
	my $found = 0;
	for my $pattern (@hidden) { $found += $whole =~ s/$pattern/…/g }
	print "$_\n" for $found ? $whole : @paragraph;
}
