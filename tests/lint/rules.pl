#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# The rules of CONTRIBUTING.md that a program can check. One finding a line: file:line: what.
#
# usage: rules.pl RULE TREE      exit status 1 when something was found
use strict;
use warnings;

my ($rule, $tree) = @ARGV;
chdir $tree or die "rules.pl: cannot enter '$tree': $!\n";

my $found = 0;
sub found {
	my ($file, $line, $what) = @_;
	print "$file:$line: $what\n";
	$found = 1;
}

sub slurp {
	my ($file) = @_;
	open my $f, '<', $file or die "rules.pl: cannot read '$file': $!\n";
	local $/;
	return scalar <$f> // '';
}

# Comments and the insides of strings become spaces; lines stay where they are.
sub bare {
	my ($text) = @_;
	$text =~ s{(/\*.*?\*/|//[^\n]*)|("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')}
		{ my $s = defined $1 ? $1 : $2; my $q = defined $2 ? substr($s, 0, 1) : '';
		  $s =~ s/[^\n]/ /g; $q ? $q . substr($s, 1, -1) . $q : $s }gse;
	return $text;
}

sub line_of { return 1 + (substr($_[0], 0, $_[1]) =~ tr/\n//); }

my @code = sort grep { -f } map { glob } qw(runner/*.[ch] runner/*/*.[ch] checks/*.[ch] reports/*.[ch]);
my @tests = sort grep { -f } map { glob } qw(tests/unit/*.[ch] tests/fuzz/*.[ch] tests/bench/*.[ch] tests/host/*.[ch]);
my @scripts = sort grep { -f } map { glob } qw(tests/*.sh tests/*/*.sh tests/*/*.pl fixtures/*/*.sh .ci/* Makefile labs/*.yaml);

# Who may include whom: ARCHITECTURE.md's table. Files directly in runner/ may include everything.
my %arrows = (
	base => 'base', model => 'base model', host => 'base model host',
	checks => 'base model host checks', reports => 'base model reports',
	load => 'base model load checks', store => 'base model store', ui => 'base model ui',
	run => 'base model host checks load store ui sandbox run', sandbox => 'base model host store ui sandbox',
	libvirt => 'base libvirt', guestfs => 'base host guestfs', doctor => 'base model host checks sandbox doctor',
);

sub folder_of {
	my ($path) = @_;
	return $1 if $path =~ m{^runner/(\w+)/};
	return $1 if $path =~ m{^(checks|reports)/};
	return '';
}

my %rules = (
	arrows => sub {
		for my $file (@code) {
			my $from = folder_of($file) or next;
			my $allowed = $arrows{$from} // '';
			my $text = slurp($file);
			while ($text =~ /^#include "([^"]+)"/mg) {
				my ($path, $at) = ($1, $-[0]);
				my $to = folder_of($path);
				next if $to && " $allowed " =~ / $to /;
				found($file, line_of($text, $at), "'$from' may not use '$path'");
			}
		}
	},
	files => sub {
		for my $file (@code, @tests) {
			my $n = (slurp($file) =~ tr/\n//);
			found($file, $n, "$n lines; a file has fewer than 400") if $n >= 400;
		}
	},
	functions => sub {
		for my $file (@code, @tests) {
			my @lines = split /\n/, bare(slurp($file));
			my $start;
			for my $i (0 .. $#lines) {
				$start = $i if $lines[$i] =~ m{^\{\s*$};
				next unless defined $start && $lines[$i] =~ /^\}/;
				my $n = $i - $start - 1;
				found($file, $start + 1, "a function of $n lines; at most 60") if $n > 60;
				undef $start;
			}
		}
	},
	parameters => sub {
		for my $file (@code) {
			my $text = bare(slurp($file));
			while ($text =~ /^[a-z][\w \t*]*?\b(\w+)(\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\))[^;{}()]*(?:__attribute__[^;{]*)?[;{]/mg) {
				my ($name, $list, $at) = ($1, $2, $-[0]);
				next if $name =~ /^(if|for|while|switch|return|sizeof)$/;
				my @params = ('');
				my $depth = 0;
				for my $c (split //, $list) {
					$depth++ if $c eq '(';
					$depth-- if $c eq ')';
					if ($c eq ',' && $depth == 1) { push @params, ''; next; }
					$params[-1] .= $c;
				}
				# What is given back goes by these names and types and is not counted.
				@params = grep { !/(?:\bret(?:_\w+)?|\berr|\.\.\.|struct complaints \*\w+)\)?\s*$/ } @params;
				found($file, line_of($text, $at), "'$name' takes " . @params . ' parameters; at most 5')
					if @params > 5;
			}
		}
	},
	nesting => sub {
		for my $file (@code) {
			my $n = 0;
			for my $line (split /\n/, bare(slurp($file))) {
				$n++;
				found($file, $n, 'nested deeper than 3 levels')
					if $line =~ /^\t{4,}(?:\} else )?(?:if|for|while|switch|do)\b[^;]*\{?$/ && $line !~ /^\t+while .*;$/;
			}
		}
	},
	banned => sub {
		for my $file (@code) {
			my $text = bare(slurp($file));
			while ($text =~ /(?<![\w.>])(system|popen|strcpy|stpcpy|strcat|v?sprintf|ato[ifl]|gets|strtok|alloca)\s*\(/g) {
				found($file, line_of($text, $-[1]), "'$1' is not used here");
			}
			while ($file !~ m{^runner/base/clock\.c$} && $text =~ /(?<![\w.>])(clock_gettime|gettimeofday|time)\s*\(/g) {
				found($file, line_of($text, $-[1]), "'$1' is not used here: runner/base/clock.h reads the clocks");
			}
			while ($text =~ /\btypedef\s+(?:struct|union)\b(?![^;{]*\()/g) {
				found($file, line_of($text, $-[0]), 'structs are not hidden behind a typedef');
			}
		}
	},
	globals => sub {
		for my $file (@code) {
			my $n = 0;
			for my $line (split /\n/, bare(slurp($file))) {
				$n++;
				next unless $line =~ /^\t*static (?!inline\b)/ && $line !~ /\(/;
				next if $line =~ /\bconst\b/ || $line =~ /volatile sig_atomic_t/;
				next unless $line =~ /[;=]/;
				found($file, $n, 'a global that changes');
			}
		}
	},
	writers => sub {
		for my $file (grep { m{^reports/} } @code) {
			my $text = slurp($file);
			while ($text =~ /"((?:[^"\\\n]|\\.)*%[-0-9.*]*s(?:[^"\\\n]|\\.)*)"/g) {
				found($file, line_of($text, $-[0]), "'%s' in a writer; use the escaping function of its sink");
			}
		}
	},
	headers => sub {
		for my $file (@code, @tests) {
			my @lines = split /\n/, slurp($file);
			found($file, 1, 'no SPDX line') unless ($lines[0] // '') =~ m{^/\* SPDX-License-Identifier: Apache-2\.0 \*/$};
			my $second = ($lines[1] // '') . ($lines[2] // '');
			found($file, 2, 'no line that says what the file is for') unless $second =~ m{^/\*.*\w};
			found($file, 1, "no '#pragma once'") if $file =~ /\.h$/ && !grep { /^#pragma once$/ } @lines;
		}
		for my $file (@scripts) {
			my @lines = split /\n/, slurp($file);
			my $head = join "\n", grep { defined } @lines[0 .. 2];
			found($file, 1, 'no SPDX line') unless $head =~ /^# SPDX-License-Identifier: Apache-2\.0$/m;
		}
	},
	messages => sub {
		for my $file (@code) {
			my $text = slurp($file);
			while ($text =~ /\b(?:err_set|err_errno|err_wrap|complain|complain_unknown)\s*\(([^;{]*?)((?:"(?:[^"\\\n]|\\.)*"\s*)+)/g) {
				my ($before, $message, $at) = ($1, $2, $-[0]);
				$message =~ s/"\s*"//g;
				$message =~ s/^"|"\s*$//g;
				my $line = line_of($text, $at);
				next unless $message =~ /[A-Za-z]{2}/ && $message !~ /^[%\w: ,']*%s$/ || $message =~ /^[A-Z][a-z]/;
				found($file, $line, "message begins with a capital: '$message'") if $message =~ /^[A-Z][a-z]/;
				found($file, $line, "message ends with a full stop: '$message'") if $message =~ /(?<!\.)\.$/;
				found($file, $line, "message is not translated: '$message'") if $before !~ /_\(\s*$/ && $message =~ /[a-z]{3} /;
			}
		}
	},
	tests => sub {
		for my $file (grep { m{^tests/unit/} } @tests) {
			my $text = bare(slurp($file));
			while ($text =~ /\bcmocka_unit_test(?:_\w+)?\(\s*(\w+)/g) {
				found($file, line_of($text, $-[1]), "'$1' should be called test_MODULE__BEHAVIOUR")
					unless $1 =~ /^test_[a-z0-9_]+__[a-z0-9_]+$/ || $1 =~ /^(test|name|fn|function|t|f)$/;
			}
			# Polling with a deadline sleeps inside a loop, deeper than one level.
			my $n = 0;
			for my $line (split /\n/, slurp($file)) {
				$n++;
				found($file, $n, "'$1': wait with a deadline")
					if $line =~ /^\t(u?sleep|nanosleep)\s*\(/ && $line !~ m{/\* a random moment};
			}
		}
	},
);

die "rules.pl: no rule '$rule'; there are: @{[sort keys %rules]}\n" unless $rules{$rule};
$rules{$rule}->();
exit $found;
