/* SPDX-License-Identifier: Apache-2.0 */
/* schema_doc: the tables of a lab file as labs/SCHEMA.md, to be read. */
#include <stdio.h>
#include <string.h>

#include "checks/checker.h"
#include "checks/probe.h"
#include "runner/base/cleanup.h"
#include "runner/base/escape.h"
#include "runner/base/i18n.h"
#include "runner/load/answers.h"
#include "runner/load/param.h"
#include "runner/load/schema.h"

#define PATH_MAX_BYTES 200

static void write_text(FILE *f, const char *text)
{
	escape_markdown(f, text, strlen(text));
}

/* A code span in a table: only the cell's end needs care. */
static void write_code(FILE *f, const char *code)
{
	fputc('`', f);
	for (; *code; code++) {
		if (*code == '|')
			fputc('\\', f);
		fputc(*code == '\n' || *code == '`' ? ' ' : *code, f);
	}
	fputc('`', f);
}

static void write_paragraph(FILE *f, const char *text)
{
	write_text(f, text);
	fputs("\n\n", f);
}

static void write_heading(FILE *f, int level, const char *text)
{
	for (int i = 0; i < level; i++)
		fputc('#', f);
	fputc(' ', f);
	write_paragraph(f, text);
}

static void write_range(FILE *f, const struct field *row)
{
	_cleanup_arena_ struct arena arena = { 0 };

	if (!row->min && !row->max)
		return;
	if (row->type == FIELD_DURATION)
		fprintf(f, ", %s–%s", print_duration(&arena, row->min),
			print_duration(&arena, row->max));
	else
		fprintf(f, ", %lld–%lld", (long long)row->min, (long long)row->max);
}

static void write_type(FILE *f, const struct field *row)
{
	const struct shape *shape = row->type == FIELD_CUSTOM ? shape_find(row) : NULL;

	write_text(f, shape ? _(shape->words) : _(field_type_name(row->type)));
	for (size_t i = 0; row->type == FIELD_ENUM && row->enum_values[i]; i++) {
		fputs(i ? ", " : " ", f);
		write_code(f, row->enum_values[i]);
	}
	write_range(f, row);
}

static void write_row(FILE *f, const struct field *row)
{
	fputs("| ", f);
	write_code(f, row->name);
	fputs(" | ", f);
	write_type(f, row);
	fputs(" | ", f);
	if (row->required)
		write_text(f, _("must be given"));
	else if (row->default_text)
		write_code(f, row->default_text);
	fputs(" | ", f);
	write_text(f, _(row->text));
	if (row->example) {
		fputs(" ", f);
		write_code(f, row->example);
	}
	fputs(" |\n", f);
}

static void write_table(FILE *f, const struct field *rows, bool in_map)
{
	if (!rows || !rows->name) {
		write_paragraph(f, _("No keys."));
		return;
	}
	fputs("| ", f);
	write_text(f, _("key"));
	fputs(" | ", f);
	write_text(f, _("takes"));
	fputs(" | ", f);
	write_text(f, _("else"));
	fputs(" | ", f);
	write_text(f, _("meaning, example"));
	fputs(" |\n|---|---|---|---|\n", f);
	for (; rows->name; rows++)
		if (schema_is_key(rows, in_map))
			write_row(f, rows);
	fputc('\n', f);
}

/* Each mapping below a table gets its own section, named by the way to it: 'experiments[].steps[]'.
 */
static void write_sections(FILE *f, const struct field *rows, const char *path)
{
	static const char *const brackets[] = {
		[FIELD_OBJECT] = "",
		[FIELD_LIST] = "[]",
		[FIELD_MAP] = ".ID",
		[FIELD_CUSTOM] = "",
	};
	char below[PATH_MAX_BYTES];

	for (; rows->name; rows++) {
		if (!rows->sub)
			continue;
		snprintf(below, sizeof(below), "%s%s%s%s", path, *path ? "." : "", rows->name,
			 brackets[rows->type]);
		fputs("## ", f);
		write_code(f, below);
		fputs("\n\n", f);
		write_paragraph(f, _(rows->text));
		write_table(f, rows->sub, rows->type == FIELD_MAP);
		if (strlen(path) < PATH_MAX_BYTES / 2)
			write_sections(f, rows->sub, below);
	}
}

static void write_code_block(FILE *f, const char *code)
{
	fprintf(f, "```yaml\n%s\n```\n\n", code);
}

static void write_matchers(FILE *f)
{
	static const enum value_type types[] = { VALUE_BOOL, VALUE_INT, VALUE_NUMBER, VALUE_STRING,
						 VALUE_LIST };

	write_heading(f, 2, "MATCHER");
	write_paragraph(f, _("A value alone means eq, a list alone means in. Of a list measure, a "
			     "value alone means contains and a list alone eq. Several operators "
			     "must all hold. Milliseconds may be written as a duration."));
	write_code_block(f, "on_every_cpu: true\nflag: [vmx, svm]\nspeed_ratio: {gt: 0, le: 20}");
	fputs("| | |", f);
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		fprintf(f, " %s |", value_type_name(types[i]));
	fputs("\n|---|---|---|---|---|---|---|\n", f);
	for (enum matcher_op op = 0; op < MATCH_COUNT; op++) {
		fputs("| ", f);
		write_code(f, matcher_ops[op]);
		fputs(" | ", f);
		write_text(f, _(matcher_texts[op]));
		fputs(" |", f);
		for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
			fputs(matcher_fits(op, types[i]) ? " ✓ |" : " |", f);
		fputc('\n', f);
	}
	fputc('\n', f);
}

static void write_conditions(FILE *f)
{
	write_heading(f, 2, "CONDITION");
	write_paragraph(f,
			_("Checks of the same experiment with their measures and MATCHERs, all of "
			  "which hold; or a list of such mappings, one of which holds."));
	write_code_block(f, "{flags: {flag: [vmx, svm]}, module: {present: true}}");
	write_code_block(f, "- {flags: {flag: none}}\n- {module: {present: false}}");
}

static void write_param_types(FILE *f)
{
	write_heading(f, 2, _("Parameter types"));
	write_paragraph(f,
			_("Commands get parameters as environment variables. Under with: and on "
			  "the right of a MATCHER, a value that is $name stands for the value of "
			  "parameter name; $$ at its beginning stands for one $."));
	fputs("| | | |\n|---|---|---|\n", f);
	for (const struct param_type *t = param_types; t->name; t++) {
		fputs("| ", f);
		write_code(f, t->name);
		fputs(" | ", f);
		write_text(f, _(t->text));
		fputs(" | ", f);
		write_code(f, t->example);
		fputs(" |\n", f);
	}
	fputc('\n', f);
}

static void write_probe(FILE *f, const struct probe *probe)
{
	fputs("### ", f);
	write_code(f, probe->name);
	fputs("\n\n", f);
	write_paragraph(f, _(probe->summary));
	write_table(f, probe->fields, false);
}

static void write_checker(FILE *f, const struct checker *c)
{
	fputs("### ", f);
	write_code(f, c->name);
	fputs("\n\n", f);
	write_paragraph(f, _(c->summary));
	write_table(f, c->fields, false);
	fputs("| ", f);
	write_text(f, _("measure"));
	fputs(" | | |\n|---|---|---|\n", f);
	for (const struct measure_spec *m = c->measures; m && m->name; m++) {
		fputs("| ", f);
		write_code(f, m->name);
		fprintf(f, " | %s%s%s | ", value_type_name(m->type), m->unit ? ", " : "",
			m->unit ? m->unit : "");
		write_text(f, _(m->text));
		fputs(" |\n", f);
	}
	fputc('\n', f);
	if (c->more_measures)
		write_paragraph(f, _("And one for each named group of its pattern."));
	for (const struct checker_example *e = c->examples; e && e->text; e++) {
		write_paragraph(f, _(e->text));
		fprintf(f, "```yaml\nuse: %s\n%s%s```\n\n", c->name, e->yaml,
			e->yaml[strlen(e->yaml) - 1] == '\n' ? "" : "\n");
	}
}

void schema_write_markdown(FILE *f)
{
	fputs("<!-- SPDX-License-Identifier: Apache-2.0 -->\n", f);
	fputs("<!-- made by 'make docs' from the tables that read labs; do not edit -->\n\n", f);
	write_heading(f, 1, _("Lab files"));
	write_paragraph(f,
			_("A lab is a YAML file of at most 1 MiB in UTF-8: one document, without "
			  "anchors, aliases and tags, nested at most 32 deep. Only true and "
			  "false are true and false; what stands in quotes is text."));
	write_paragraph(f, _("A text is {id: ..., en: ...}, or one string for both languages."));
	write_table(f, lab_fields, false);
	write_sections(f, lab_fields, "");
	write_conditions(f);
	write_matchers(f);
	write_param_types(f);
	write_heading(f, 2, _("Probes"));
	for (size_t i = 0; probes[i]; i++)
		write_probe(f, probes[i]);
	write_heading(f, 2, _("Checkers"));
	for (size_t i = 0; checkers[i]; i++)
		write_checker(f, checkers[i]);
	write_heading(f, 1, _("Answers files"));
	write_paragraph(f, _("What a student would say at the prompts, for --answers."));
	write_table(f, answers_fields, false);
	write_sections(f, answers_fields, "");
}
