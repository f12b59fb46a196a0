/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_explain: what a checker looks at, takes and measures; what the exit codes mean. */
#include <string.h>

#include "checks/checker.h"
#include "checks/probe.h"
#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"
#include "runner/base/json.h"
#include "runner/command.h"
#include "runner/load/load.h"
#include "runner/ui/ui.h"

#define EXIT_CODES  "EXIT-CODES"
#define NAME_COLUMN 24

/* A topic is a checker, a probe, or the exit codes when both are NULL. */
struct topic {
	const struct checker *checker;
	const struct probe *probe;
};

static int find_topic(const char *name, struct topic *ret, struct err *err)
{
	const char *names[256] = { EXIT_CODES };
	size_t n = 1;
	const char *near;

	*ret = (struct topic){ 0 };
	if (strcasecmp(name, EXIT_CODES) == 0)
		return 0;
	*ret = (struct topic){ checker_find(name), probe_find(name) };
	if (ret->checker || ret->probe)
		return 0;
	for (size_t i = 0; checkers[i] && n < ARRAY_SIZE(names); i++)
		names[n++] = checkers[i]->name;
	for (size_t i = 0; probes[i] && n < ARRAY_SIZE(names); i++)
		names[n++] = probes[i]->name;
	near = nearest(name, names, n);
	if (near)
		return err_set(err, ERR_USAGE, NULL,
			       _("nothing to explain is called '%s'; did you mean '%s'?"), name,
			       near);
	return err_set(err, ERR_USAGE, NULL,
		       _("nothing to explain is called '%s'; 'kvmlab explain' lists what is"),
		       name);
}

static void show_field(struct ui *ui, const struct field *f)
{
	_cleanup_buf_ struct buf text = { 0 };

	buf_printf(&text, "%s", _(field_type_name(f->type)));
	for (size_t i = 0; f->type == FIELD_ENUM && f->enum_values[i]; i++)
		buf_printf(&text, "%s %s", i ? "," : "", f->enum_values[i]);
	if (f->required)
		buf_puts(&text, _("; must be given"));
	if (f->default_text)
		buf_printf(&text, _("; else %s"), f->default_text);
	buf_printf(&text, ". %s", _(f->text));
	ui_row(ui, 2, NAME_COLUMN, f->name, text.data);
}

static void show_measure(struct ui *ui, const struct measure_spec *m)
{
	_cleanup_buf_ struct buf text = { 0 };

	buf_printf(&text, "%s%s%s. %s", value_type_name(m->type), m->unit ? ", " : "",
		   m->unit ? m->unit : "", _(m->text));
	ui_row(ui, 2, NAME_COLUMN, m->name, text.data);
}

static void show_example(struct ui *ui, const struct checker *c, const struct checker_example *e)
{
	_cleanup_buf_ struct buf yaml = { 0 };

	ui_paragraph(ui, 2, _(e->text));
	buf_printf(&yaml, "use: %s\n%s", c->name, e->yaml);
	ui_verbatim(ui, yaml.data, yaml.len, 0);
}

static void show_checker(struct ui *ui, const struct checker *c)
{
	ui_heading(ui, 1, c->name);
	ui_paragraph(ui, 0, _(c->summary));
	if (c->why)
		ui_paragraph(ui, 0, _(c->why));
	ui_heading(ui, 2, _("Takes (under 'with:')"));
	for (const struct field *f = c->fields; f && f->name; f++)
		show_field(ui, f);
	if (!c->fields || !c->fields->name)
		ui_paragraph(ui, 2, _("nothing"));
	ui_heading(ui, 2, _("Measures"));
	for (const struct measure_spec *m = c->measures; m && m->name; m++)
		show_measure(ui, m);
	if (c->more_measures)
		ui_paragraph(ui, 2, _("and one for each named group of its pattern"));
	if (c->examples && c->examples->text)
		ui_heading(ui, 2, _("Examples"));
	for (const struct checker_example *e = c->examples; e && e->text; e++)
		show_example(ui, c, e);
	if (c->source)
		ui_field(ui, _("Source"), c->source);
}

static void show_probe(struct ui *ui, const struct probe *probe)
{
	_cleanup_buf_ struct buf yaml = { 0 };
	const struct field *first = probe->fields;

	ui_heading(ui, 1, probe->name);
	ui_paragraph(ui, 0, _(probe->summary));
	ui_paragraph(ui, 0,
		     _("It runs in the background from its step until the experiment's "
		       "steps end."));
	ui_heading(ui, 2, _("Takes (under 'with:')"));
	for (const struct field *f = first; f->name; f++)
		show_field(ui, f);
	ui_heading(ui, 2, _("Examples"));
	buf_printf(&yaml, "- id: %s\n  probe: %s\n  with: {%s}\n", probe->name, probe->name,
		   first->example);
	ui_verbatim(ui, yaml.data, yaml.len, 0);
}

static void show_exit_codes(struct ui *ui)
{
	ui_heading(ui, 1, EXIT_CODES);
	for (const struct exit_code *e = exit_codes; e->name; e++) {
		_cleanup_buf_ struct buf label = { 0 };

		buf_printf(&label, "%3d  %s", e->code, e->name);
		ui_row(ui, 0, NAME_COLUMN, label.data, _(e->text));
	}
}

static void show_topics(struct ui *ui)
{
	ui_heading(ui, 2, _("Checkers"));
	for (const struct checker *const *c = checkers; *c; c++)
		ui_row(ui, 2, NAME_COLUMN, (*c)->name, _((*c)->summary));
	ui_heading(ui, 2, _("Probes"));
	for (const struct probe *const *p = probes; *p; p++)
		ui_row(ui, 2, NAME_COLUMN, (*p)->name, _((*p)->summary));
	ui_heading(ui, 2, _("Other topics"));
	ui_row(ui, 2, NAME_COLUMN, EXIT_CODES, _("what kvmlab's exit codes mean"));
	ui_paragraph(ui, 0, "");
	ui_field(ui, _("Type next"), "kvmlab explain NAME");
}

static void json_measures(struct json *j, const struct checker *c)
{
	json_open(j, "measures", '[');
	for (const struct measure_spec *m = c->measures; m && m->name; m++) {
		json_open(j, NULL, '{');
		json_string(j, "name", m->name);
		json_string(j, "type", value_type_name(m->type));
		json_string(j, "unit", m->unit);
		json_string(j, "text", _(m->text));
		json_close(j, '{');
	}
	json_close(j, '[');
}

static void json_fields(struct json *j, const struct field *f)
{
	json_open(j, "fields", '[');
	for (; f && f->name; f++) {
		json_open(j, NULL, '{');
		json_string(j, "name", f->name);
		json_string(j, "type", _(field_type_name(f->type)));
		json_bool(j, "required", f->required);
		json_string(j, "default", f->default_text);
		json_string(j, "text", _(f->text));
		json_close(j, '{');
	}
	json_close(j, '[');
}

static void json_checker(struct json *j, const struct checker *c)
{
	json_open(j, NULL, '{');
	json_string(j, "name", c->name);
	json_string(j, "summary", _(c->summary));
	json_string(j, "why", c->why ? _(c->why) : NULL);
	json_fields(j, c->fields);
	json_measures(j, c);
	json_close(j, '{');
}

static void json_probes(struct json *j, bool all, const struct probe *probe)
{
	json_open(j, "probes", '[');
	for (size_t i = 0; probes[i]; i++) {
		if (!all && probes[i] != probe)
			continue;
		json_open(j, NULL, '{');
		json_string(j, "name", probes[i]->name);
		json_string(j, "summary", _(probes[i]->summary));
		json_fields(j, probes[i]->fields);
		json_close(j, '{');
	}
	json_close(j, '[');
}

static void json_exit_codes(struct json *j)
{
	json_open(j, "exit_codes", '[');
	for (const struct exit_code *e = exit_codes; e->name; e++) {
		json_open(j, NULL, '{');
		json_int(j, "code", e->code);
		json_string(j, "name", e->name);
		json_string(j, "text", _(e->text));
		json_close(j, '{');
	}
	json_close(j, '[');
}

/* all: every topic; else the checker, or the exit codes. */
static int explain_json(bool all, const struct topic *topic)
{
	const struct checker *checker = topic->checker;
	struct json j = { .f = stdout };

	json_open(&j, NULL, '{');
	json_int(&j, "schema", 1);
	if (all || checker)
		json_open(&j, "checkers", '[');
	if (checker)
		json_checker(&j, checker);
	for (const struct checker *const *c = checkers; all && *c; c++)
		json_checker(&j, *c);
	if (all || checker)
		json_close(&j, '[');
	if (all || topic->probe)
		json_probes(&j, all, topic->probe);
	if (!checker && !topic->probe)
		json_exit_codes(&j);
	json_close(&j, '{');
	return 0;
}

static int explain_text(struct cli *cli, bool all, const struct topic *topic, struct err *err)
{
	struct ui_options options = { .plain = cli_is_plain(cli) };
	struct ui *ui;

	if (ui_open(stdout, &options, &ui, err) < 0)
		return -1;
	if (all)
		show_topics(ui);
	else if (topic->checker)
		show_checker(ui, topic->checker);
	else if (topic->probe)
		show_probe(ui, topic->probe);
	else
		show_exit_codes(ui);
	ui_close(ui);
	return 0;
}

static int run(struct cli *cli, struct err *err)
{
	struct topic topic = { 0 };
	size_t n;
	const char *const *operands = cli_operands(cli, &n);

	if (n && find_topic(operands[0], &topic, err) < 0)
		return -1;
	if (cli_wants_json(cli))
		return explain_json(n == 0, &topic);
	return explain_text(cli, n == 0, &topic, err);
}

const struct command command_explain = {
	.name = "explain",
	.summary = N_("what a checker or probe looks at and measures; what the exit codes mean"),
	.arguments = "[CHECKER|PROBE|EXIT-CODES]",
	.example = "kvmlab explain kernel_module",
	.max = 1,
	.run = run,
};
