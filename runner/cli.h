/* SPDX-License-Identifier: Apache-2.0 */
/* cli: the parsed command line; commands use it through runner/command.h. */
#pragma once

#include "runner/command.h"

/* An option that was given, with its values in the order of the command line. */
struct cli_given {
	const struct option_spec *option;
	const char **values;
	size_t n; /* 0: it takes none */
};

struct cli {
	const struct command *command; /* NULL: none was named */
	struct cli_given *given;
	size_t given_count;
	const char *const *operands;
	size_t operand_count;
	bool wants_json; /* also when the rest could not be understood */
};

/* The options that every command has, ended by a NULL name. */
extern const struct option_spec cli_common_options[];

/*
 * Parses the command line against the tables. Options before the command's name are the common
 * ones and --version. -1 with ERR_USAGE; what was understood so far is in cli. cli is zeroed
 * before; cli_done in every case.
 */
int cli_parse(struct cli *cli, int argc, char **argv, struct err *err);
/* Numbers of operands and values of the common options; not asked with --help. */
int cli_check(const struct cli *cli, struct err *err);
void cli_done(struct cli *cli);
/* NULL with ERR_USAGE, naming the nearest one. */
const struct command *command_find(const char *name, struct err *err);

/* Prints an error as main does: on stderr, or as one JSON document on stdout. */
void cli_print_error(const struct cli *cli, const struct err *err);
/* 'file:line:col: message' and a newline. */
void cli_print_line(FILE *f, const struct err *err);
/* The same as a JSON object. */
void cli_print_complaint_json(FILE *f, const struct err *err);
