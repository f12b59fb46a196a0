/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_lint: every mistake of lab files at file:line:col, and what could be better. */
#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"
#include "runner/base/json.h"
#include "runner/cli.h"
#include "runner/load/load.h"

static const struct option_spec options[] = {
	{ "strict", 's', NULL, false, N_("warnings count as mistakes") },
	{ 0 },
};

struct lint {
	bool strict;
	struct json *json; /* NULL: as text */
	int exit_code;
	size_t mistakes, warnings;
};

static void print_json(struct json *j, const char *key, const struct complaints *c)
{
	json_open(j, key, '[');
	for (size_t i = 0; i < complaints_kept(c); i++) {
		const struct err *e = &c->v[i];

		json_open(j, NULL, '{');
		json_string(j, "message", e->msg);
		json_int(j, "line", e->loc.line);
		json_int(j, "column", e->loc.col);
		json_close(j, '{');
	}
	json_close(j, '[');
}

static void print_text(const struct complaints *c, const char *prefix)
{
	for (size_t i = 0; i < complaints_kept(c); i++) {
		struct err e = c->v[i];

		err_wrap(&e, "%s", prefix);
		cli_print_line(stdout, &e);
	}
	if (complaints_kept(c) < c->n)
		printf(_("and %zu more\n"), c->n - complaints_kept(c));
}

static void lint_file(struct lint *l, const char *path)
{
	struct complaints mistakes = { 0 }, warnings = { 0 };
	struct lab *lab = NULL;

	if (lab_load_file(path, NULL, LOAD_LINT, &lab, &mistakes) == 0)
		lab_lint(lab, &warnings);
	if (l->json) {
		json_open(l->json, NULL, '{');
		json_string(l->json, "file", path);
		print_json(l->json, "mistakes", &mistakes);
		print_json(l->json, "warnings", &warnings);
		json_close(l->json, '{');
	} else {
		print_text(&mistakes, _("mistake"));
		print_text(&warnings, _("warning"));
	}
	/* A file that cannot be read is not an invalid lab. */
	if (complaints_kept(&mistakes))
		l->exit_code = err_exit_code(mistakes.v[0].kind);
	if (l->strict && warnings.n && !l->exit_code)
		l->exit_code = err_exit_code(ERR_LAB);
	l->mistakes += mistakes.n;
	l->warnings += warnings.n;
	complaints_done(&mistakes);
	complaints_done(&warnings);
	lab_free(lab);
}

static int run(struct cli *cli, struct err *err)
{
	struct json json = { .f = stdout };
	struct lint l = { .strict = cli_has(cli, "strict") };
	size_t n;
	const char *const *files = cli_operands(cli, &n);

	(void)err;
	if (cli_wants_json(cli)) {
		l.json = &json;
		json_open(&json, NULL, '{');
		json_int(&json, "schema", 1);
		json_open(&json, "files", '[');
	}
	for (size_t i = 0; i < n; i++)
		lint_file(&l, files[i]);
	if (!l.json) {
		printf(_("files: %zu, mistakes: %zu, warnings: %zu\n"), n, l.mistakes, l.warnings);
		return l.exit_code;
	}
	json_close(&json, '[');
	json_int(&json, "exit_code", l.exit_code);
	json_close(&json, '{');
	return l.exit_code;
}

const struct command command_lint = {
	.name = "lint",
	.summary = N_("check lab files: every mistake at its place"),
	.arguments = "FILE...",
	.example = "kvmlab lint labs/*.yaml",
	.min = 1,
	.max = -1,
	.options = options,
	.run = run,
};
