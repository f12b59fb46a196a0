/* SPDX-License-Identifier: Apache-2.0 */
/* cli_print: how errors and complaints reach a person or a program. */
#include <string.h>

#include "runner/base/cleanup.h"
#include "runner/base/escape.h"
#include "runner/base/i18n.h"
#include "runner/cli.h"

static const char *code_name(int code)
{
	for (const struct exit_code *c = exit_codes; c->name; c++) {
		if (c->code == code)
			return c->name;
	}
	return "";
}

static void print_string(FILE *f, const char *s)
{
	escape_json(f, s, strlen(s));
}

void cli_print_complaint_json(FILE *f, const struct err *err)
{
	fputs("{\"message\": ", f);
	print_string(f, err->msg);
	if (err->loc.file) {
		fputs(", \"file\": ", f);
		print_string(f, err->loc.file);
	}
	if (err->loc.line)
		fprintf(f, ", \"line\": %d, \"column\": %d", err->loc.line, err->loc.col);
	fputc('}', f);
}

static void print_json(const struct err *errs, size_t n, int code)
{
	fprintf(stdout, "{\"schema\": 1, \"exit_code\": %d, \"error\": ", code);
	print_string(stdout, code_name(code));
	fputs(", \"messages\": [", stdout);
	for (size_t i = 0; i < n; i++) {
		fputs(i ? ",\n\t" : "\n\t", stdout);
		cli_print_complaint_json(stdout, &errs[i]);
	}
	fputs("\n]}\n", stdout);
}

void cli_print_line(FILE *f, const struct err *err)
{
	if (err->loc.file) {
		escape_terminal(f, err->loc.file, strlen(err->loc.file));
		if (err->loc.line)
			fprintf(f, ":%d:%d", err->loc.line, err->loc.col);
		fputs(": ", f);
	}
	escape_terminal(f, err->msg, strlen(err->msg));
	fputc('\n', f);
}

void cli_print_error(const struct cli *cli, const struct err *err)
{
	if (cli_wants_json(cli)) {
		print_json(err, 1, err_exit_code(err->kind));
		return;
	}
	fputs("kvmlab: ", stderr);
	cli_print_line(stderr, err);
}

void cli_complain(const struct cli *cli, const struct complaints *c)
{
	size_t kept = complaints_kept(c);

	if (!kept)
		return;
	if (cli_wants_json(cli)) {
		print_json(c->v, kept, err_exit_code(c->v[0].kind));
		return;
	}
	for (size_t i = 0; i < kept; i++) {
		fputs("kvmlab: ", stderr);
		cli_print_line(stderr, &c->v[i]);
	}
	if (kept < c->n)
		fprintf(stderr, _("kvmlab: and %zu more\n"), c->n - kept);
}
