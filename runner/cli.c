/* SPDX-License-Identifier: Apache-2.0 */
/* cli: parses the command line against the commands' tables. */
#include "runner/cli.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "runner/base/arena.h"
#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"
#include "runner/load/load.h"

/* getopt_long's 'val' of the first option; above every letter. */
#define OPTION_BASE 256

const struct option_spec cli_common_options[] = {
	{ "plain", 0, NULL, false, N_("no colours, no moving text: for screen readers and logs") },
	{ "lang", 0, "id|en", false, N_("language of the texts") },
	{ "format", 0, "text|json", false, N_("json: one JSON document on standard output") },
	{ "help", 'h', NULL, false, N_("say how to use it") },
	{ NULL, 0, NULL, false, NULL },
};

static const struct option_spec version_options[] = {
	{ "version", 'V', NULL, false, N_("print the version") },
	{ NULL, 0, NULL, false, NULL },
};

/* The options that apply, and the same as getopt_long wants them. */
struct option_set {
	const struct option_spec **specs;
	struct option *longs;
	struct buf letters;
	size_t n;
};

static bool has_option(const struct option_set *set, const char *name)
{
	for (size_t i = 0; i < set->n; i++) {
		if (strcmp(set->specs[i]->name, name) == 0)
			return true;
	}
	return false;
}

static void add_option(struct option_set *set, const struct option_spec *spec)
{
	struct option row = { .name = spec->name,
			      .has_arg = spec->argument ? required_argument : no_argument,
			      .val = OPTION_BASE + (int)set->n };

	set->specs = mem_realloc(set->specs, (set->n + 1) * sizeof(*set->specs));
	set->longs = mem_realloc(set->longs, (set->n + 2) * sizeof(*set->longs));
	set->specs[set->n] = spec;
	set->longs[set->n++] = row;
	set->longs[set->n] = (struct option){ 0 };
	if (spec->letter)
		buf_putc(&set->letters, spec->letter);
	if (spec->letter && spec->argument)
		buf_putc(&set->letters, ':');
}

/* A command's own option goes before a common one of the same name. */
static void add_options(struct option_set *set, const struct option_spec *specs)
{
	for (; specs && specs->name; specs++) {
		if (!has_option(set, specs->name))
			add_option(set, specs);
	}
}

static void set_done(struct option_set *set)
{
	free(set->specs);
	free(set->longs);
	buf_done(&set->letters);
}

static const struct option_spec *find_option(const struct option_set *set, int value)
{
	if (value >= OPTION_BASE)
		return set->specs[value - OPTION_BASE];
	for (size_t i = 0; i < set->n; i++) {
		if (set->specs[i]->letter == value)
			return set->specs[i];
	}
	return NULL;
}

static int complain_missing(const struct option_set *set, struct err *err)
{
	const struct option_spec *spec = find_option(set, optopt);

	return err_set(err, ERR_USAGE, NULL, _("option '--%s' needs a value: --%s %s"), spec->name,
		       spec->name, spec->argument);
}

static int complain_unknown(const struct option_set *set, const char *word, struct err *err)
{
	_cleanup_free_ char *name = NULL;
	const char **names;
	const char *near;

	if (optopt >= OPTION_BASE)
		return err_set(err, ERR_USAGE, NULL, _("option '--%s' takes no value"),
			       find_option(set, optopt)->name);
	if (optopt)
		return err_set(err, ERR_USAGE, NULL, _("unknown option '-%c'"), optopt);
	name = strndup(word + 2, strcspn(word + 2, "="));
	names = mem_alloc((set->n + 1) * sizeof(*names));
	for (size_t i = 0; i < set->n; i++)
		names[i] = set->specs[i]->name;
	near = nearest(name, names, set->n);
	free(names);
	if (near)
		return err_set(err, ERR_USAGE, NULL,
			       _("unknown option '--%s'; did you mean '--%s'?"), name, near);
	return err_set(err, ERR_USAGE, NULL, _("unknown option '--%s'; '--help' lists them"), name);
}

static struct cli_given *find_given(const struct cli *cli, const char *name)
{
	for (size_t i = 0; i < cli->given_count; i++) {
		if (strcmp(cli->given[i].option->name, name) == 0)
			return &cli->given[i];
	}
	return NULL;
}

static void give(struct cli *cli, const struct option_spec *option, const char *value)
{
	struct cli_given *given = find_given(cli, option->name);

	if (!given) {
		cli->given = mem_realloc(cli->given, (cli->given_count + 1) * sizeof(*cli->given));
		given = &cli->given[cli->given_count++];
		*given = (struct cli_given){ .option = option };
	}
	if (!value)
		return;
	given->values = mem_realloc(given->values, (given->n + 1) * sizeof(*given->values));
	given->values[given->n++] = value;
}

static int parse_options(struct cli *cli, const struct option_set *set, int argc, char **argv,
			 struct err *err)
{
	int value;

	opterr = 0;
	optind = 0;
	while ((value = getopt_long(argc, argv, buf_str(&set->letters), set->longs, NULL)) != -1) {
		if (value == ':')
			return complain_missing(set, err);
		if (value == '?')
			return complain_unknown(set, argv[optind - 1], err);
		give(cli, find_option(set, value), optarg);
	}
	return 0;
}

const struct command *command_find(const char *name, struct err *err)
{
	const char *names[64];
	const char *near;
	size_t n = 0;

	for (; commands[n] && n < ARRAY_SIZE(names); n++) {
		if (strcmp(commands[n]->name, name) == 0)
			return commands[n];
		names[n] = commands[n]->name;
	}
	near = nearest(name, names, n);
	if (near)
		err_set(err, ERR_USAGE, NULL, _("unknown command '%s'; did you mean '%s'?"), name,
			near);
	else
		err_set(err, ERR_USAGE, NULL, _("unknown command '%s'; 'kvmlab help' lists them"),
			name);
	return NULL;
}

/* Before the command's name: stops at the first word that is no option. */
static int parse_front(struct cli *cli, int argc, char **argv, struct err *err)
{
	struct option_set set = { 0 };
	int r;

	buf_puts(&set.letters, "+:");
	add_options(&set, cli_common_options);
	add_options(&set, version_options);
	r = parse_options(cli, &set, argc, argv, err);
	set_done(&set);
	return r;
}

static int parse_rest(struct cli *cli, int argc, char **argv, struct err *err)
{
	struct option_set set = { 0 };
	int r;

	buf_putc(&set.letters, ':');
	add_options(&set, cli->command->options);
	add_options(&set, cli_common_options);
	r = parse_options(cli, &set, argc, argv, err);
	set_done(&set);
	cli->operands = (const char *const *)(argv + optind);
	cli->operand_count = (size_t)(argc - optind);
	return r;
}

/* Looked for first, so that a mistake anywhere on the command line is told in JSON as well. */
static bool asks_json(int argc, char **argv)
{
	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
		if (strcmp(argv[i], "--format=json") == 0)
			return true;
		if (strcmp(argv[i], "--format") == 0 && i + 1 < argc &&
		    strcmp(argv[i + 1], "json") == 0)
			return true;
	}
	return false;
}

int cli_parse(struct cli *cli, int argc, char **argv, struct err *err)
{
	int first;

	cli->wants_json = asks_json(argc, argv);
	if (parse_front(cli, argc, argv, err) < 0)
		return -1;
	first = optind;
	if (first >= argc)
		return 0;
	cli->command = command_find(argv[first], err);
	if (!cli->command)
		return -1;
	return parse_rest(cli, argc - first, argv + first, err);
}

static int check_operands(const struct cli *cli, struct err *err)
{
	const struct command *c = cli->command;

	if (cli->operand_count < (size_t)c->min)
		return err_set(err, ERR_USAGE, NULL, _("'%s' needs more: kvmlab %s %s"), c->name,
			       c->name, c->arguments ? c->arguments : "");
	if (c->max >= 0 && cli->operand_count > (size_t)c->max)
		return err_set(err, ERR_USAGE, NULL,
			       _("'%s' is one argument too many: kvmlab %s %s"),
			       cli->operands[c->max], c->name, c->arguments ? c->arguments : "");
	return 0;
}

/* An argument written 'a|b' names the only values; capitals are stand-ins: 'ROLE=URI|sandbox'. */
static bool is_closed(const char *argument)
{
	return strchr(argument, '|') && !argument[strspn(argument, "abcdefghijklmnopqrstuvwxyz|")];
}

static bool is_listed(const char *list, const char *value)
{
	size_t size = strlen(value);

	for (;;) {
		size_t len = strcspn(list, "|");

		if (len == size && strncmp(list, value, len) == 0)
			return true;
		if (!list[len])
			return false;
		list += len + 1;
	}
}

static int check_values(const struct cli_given *given, struct err *err)
{
	const char *argument = given->option->argument;

	for (size_t i = 0; i < given->n && is_closed(argument); i++) {
		if (!is_listed(argument, given->values[i]))
			return err_set(err, ERR_USAGE, NULL,
				       _("option '--%s' does not know '%s'; use %s"),
				       given->option->name, given->values[i], argument);
	}
	return 0;
}

int cli_check(const struct cli *cli, struct err *err)
{
	for (size_t i = 0; i < cli->given_count; i++) {
		if (check_values(&cli->given[i], err) < 0)
			return -1;
	}
	return cli->command ? check_operands(cli, err) : 0;
}

void cli_done(struct cli *cli)
{
	for (size_t i = 0; i < cli->given_count; i++)
		free(cli->given[i].values);
	free(cli->given);
	*cli = (struct cli){ 0 };
}

bool cli_has(const struct cli *cli, const char *option)
{
	return find_given(cli, option) != NULL;
}

const char *const *cli_values(const struct cli *cli, const char *option, size_t *n)
{
	const struct cli_given *given = find_given(cli, option);

	*n = given ? given->n : 0;
	return given ? given->values : NULL;
}

const char *cli_value(const struct cli *cli, const char *option)
{
	size_t n;
	const char *const *values = cli_values(cli, option, &n);

	return n ? values[n - 1] : NULL;
}

const char *const *cli_operands(const struct cli *cli, size_t *n)
{
	*n = cli->operand_count;
	return cli->operands;
}

bool cli_is_plain(const struct cli *cli)
{
	return cli_has(cli, "plain");
}

bool cli_wants_json(const struct cli *cli)
{
	return cli->wants_json;
}
