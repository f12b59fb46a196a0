/* SPDX-License-Identifier: Apache-2.0 */
/*
 * command: the recipe.
 *
 * To add one: write runner/cmd_NAME.c ending in 'const struct command command_NAME' and add one
 * line to the table in runner/commands.c. Help, completion and the man page are printed from these
 * tables.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "runner/base/err.h"

struct option_spec {
	const char *name;     /* 'set' for --set */
	char letter;	      /* 0: none */
	const char *argument; /* 'NAME=VALUE'; NULL: takes none */
	bool repeatable;
	const char *text; /* marked for translation */
};

struct cli; /* the parsed command line */

struct command {
	const char *name;
	const char *summary;		   /* one line; marked for translation */
	const char *arguments;		   /* 'LAB...'; NULL: none */
	const char *example;		   /* 'kvmlab run host --answers my.yaml' */
	int min, max;			   /* operands; max -1: any number */
	const struct option_spec *options; /* ended by a NULL name; NULL: none */
	/* The exit code, or -1 with err set. */
	int (*run)(struct cli *cli, struct err *err);
};

/* Sorted by name, ended by NULL. */
extern const struct command *const commands[];

/* True when the option was given. */
bool cli_has(const struct cli *cli, const char *option);
/* The last value given, or NULL. */
const char *cli_value(const struct cli *cli, const char *option);
/* All values of a repeatable option; *n how many. */
const char *const *cli_values(const struct cli *cli, const char *option, size_t *n);
/* The operands. */
const char *const *cli_operands(const struct cli *cli, size_t *n);
/* Every command has these: --plain, --lang id|en, --format text|json, --help. */
bool cli_is_plain(const struct cli *cli);
bool cli_wants_json(const struct cli *cli);
/* Prints each complaint as file:line:col: message on stderr (as JSON on stdout with --format json).
 */
void cli_complain(const struct cli *cli, const struct complaints *c);
