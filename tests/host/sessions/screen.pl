#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# Prints what stood on terminals of 80 columns, from the bytes that came on them: what was drawn over is gone, and
# a line that the terminal broke is one line.
#
# usage: screen.pl FILE...
use strict;
use warnings;
use utf8;
use open qw(:std :encoding(UTF-8));

my $COLUMNS = 80;
my (@rows, @broken, $row, $column);

sub put {
	my ($char) = @_;
	if ($column == $COLUMNS) {
		$broken[++$row] = 1;
		$column = 0;
	}
	$rows[$row] //= '';
	$rows[$row] .= ' ' x ($column - length $rows[$row]) if length $rows[$row] < $column;
	substr($rows[$row], $column++, 1) = $char;
}

sub erase {
	my ($what, $how) = @_;
	my $all = ($how || 0) == 2;
	$rows[$row] = $all ? '' : substr($rows[$row] // '', 0, $column);
	($#rows, $#broken) = ($row, $row) if $what eq 'J';
}

sub move {
	my ($what, $by) = @_;
	$by ||= 1;
	$row = $row > $by ? $row - $by : 0 if $what eq 'A';
	$row += $by if $what eq 'B';
	$column = $column + $by < $COLUMNS ? $column + $by : $COLUMNS - 1 if $what eq 'C';
	$column = $column > $by ? $column - $by : 0 if $what eq 'D';
	$column = $by - 1 if $what eq 'G';
}

sub draw {
	my ($bytes) = @_;
	(@rows, @broken) = ();
	($row, $column) = (0, 0);
	while ($bytes =~ /\G(?:\e\[([0-9;?]*)([A-Za-z])|\e\][^\a]*\a|\e[()].|\e.|(.))/gs) {
		my ($number, $letter, $char) = ($1, $2, $3);
		if (!defined $char) {
			next unless defined $letter;
			erase($letter, $number) if $letter =~ /[JK]/;
			move($letter, $number) if $letter =~ /[ABCDG]/;
		} elsif ($char eq "\n") {
			$broken[++$row] = 0;
			$rows[$row] //= '';
		} elsif ($char eq "\r") {
			$column = 0;
		} elsif ($char eq "\b") {
			$column-- if $column;
		} elsif ($char eq "\t") {
			put(' ') while $column % 8 || !$column;
		} elsif (ord $char >= 32) {
			put($char);
		}
	}
}

for my $file (@ARGV) {
	open my $in, '<:encoding(UTF-8)', $file or die "screen.pl: $file: $!\n";
	local $/;
	draw(<$in>);
	my @lines;
	for my $i (0 .. $#rows) {
		if ($i && $broken[$i]) { $lines[-1] .= $rows[$i] // '' }
		else { push @lines, $rows[$i] // '' }
	}
	print s/\s+$//r, "\n" for @lines;
}
