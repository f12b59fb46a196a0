/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_show: what a lab is about, before deciding to run it. */
#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"
#include "runner/base/json.h"
#include "runner/lab_open.h"
#include "runner/ui/ui.h"

static const struct option_spec options[] = {
	{ "set", 0, "NAME=VALUE", true, N_("a parameter of the lab") },
	{ 0 },
};

static const char *in_words(const struct text *t)
{
	const char *s = text_get(t, ui_lang());

	return s ? s : "";
}

static void show_params(struct ui *ui, const struct lab *lab)
{
	if (lab->params.n)
		ui_heading(ui, 2, _("Parameters (--set NAME=VALUE)"));
	for (size_t i = 0; i < lab->params.n; i++) {
		const struct param *p = &lab->params.v[i];
		_cleanup_buf_ struct buf label = { 0 };

		buf_puts(&label, p->name);
		if (p->value)
			buf_printf(&label, "=%s", p->value);
		ui_row(ui, 2, 24, label.data, in_words(&p->text));
	}
}

static void show_needs(struct ui *ui, const struct needs *needs)
{
	_cleanup_buf_ struct buf list = { 0 };

	if (!needs)
		return;
	if (needs->root)
		buf_puts(&list, _("root"));
	for (size_t i = 0; i < needs->commands.n; i++)
		buf_printf(&list, "%s%s", list.len ? ", " : "", needs->commands.v[i]);
	if (list.len)
		ui_field(ui, _("Needs"), list.data);
	buf_reset(&list);
	for (size_t i = 0; i < needs->hosts.n; i++)
		buf_printf(&list, "%s%s", list.len ? ", " : "", needs->hosts.v[i]);
	if (list.len)
		ui_field(ui, _("Hosts"), list.data);
}

static void show_experiment(struct ui *ui, const struct experiment *e, size_t number)
{
	_cleanup_buf_ struct buf line = { 0 };

	buf_printf(&line, "%zu. %s", number, in_words(&e->title));
	ui_heading(ui, 2, line.data);
	ui_field(ui, _("Hypothesis"), in_words(&e->hypothesis));
	buf_reset(&line);
	buf_printf(&line, _("steps: %zu, checks: %zu, questions: %zu"), e->steps.n, e->checks.n,
		   e->questions.n);
	ui_paragraph(ui, 0, line.data);
}

static int show_text(struct cli *cli, const struct lab *lab, struct err *err)
{
	struct ui_options ui_options = { .plain = cli_is_plain(cli) };
	_cleanup_buf_ struct buf next = { 0 };
	struct ui *ui;

	if (ui_open(stdout, &ui_options, &ui, err) < 0)
		return -1;
	ui_heading(ui, 1, in_words(&lab->title));
	ui_paragraph(ui, 0, in_words(&lab->summary));
	buf_printf(&next, _("%lld min; %lld%% of the points are enough"), (long long)lab->minutes,
		   (long long)lab->threshold);
	ui_field(ui, _("Takes"), next.data);
	show_needs(ui, lab->needs);
	show_params(ui, lab);
	for (size_t i = 0; i < lab->experiments.n; i++)
		show_experiment(ui, &lab->experiments.v[i], i + 1);
	buf_reset(&next);
	buf_printf(&next, "kvmlab plan %s, kvmlab run %s", lab->id, lab->id);
	ui_paragraph(ui, 0, "");
	ui_field(ui, _("Type next"), next.data);
	ui_close(ui);
	return 0;
}

static void json_experiment(struct json *j, const struct experiment *e)
{
	json_open(j, NULL, '{');
	json_string(j, "id", e->id);
	json_string(j, "title", in_words(&e->title));
	json_string(j, "hypothesis", in_words(&e->hypothesis));
	json_int(j, "steps", (int64_t)e->steps.n);
	json_int(j, "checks", (int64_t)e->checks.n);
	json_int(j, "questions", (int64_t)e->questions.n);
	json_close(j, '{');
}

static int show_json(const struct lab *lab)
{
	struct json j = { .f = stdout };

	json_open(&j, NULL, '{');
	json_int(&j, "schema", 1);
	json_string(&j, "id", lab->id);
	json_string(&j, "title", in_words(&lab->title));
	json_string(&j, "summary", in_words(&lab->summary));
	json_int(&j, "minutes", lab->minutes);
	json_int(&j, "threshold", lab->threshold);
	lab_needs_json(&j, lab);
	json_open(&j, "params", '{');
	for (size_t i = 0; i < lab->params.n; i++)
		json_string(&j, lab->params.v[i].name, lab->params.v[i].value);
	json_close(&j, '{');
	json_open(&j, "experiments", '[');
	for (size_t i = 0; i < lab->experiments.n; i++)
		json_experiment(&j, &lab->experiments.v[i]);
	json_close(&j, '[');
	json_close(&j, '{');
	return 0;
}

static int run(struct cli *cli, struct err *err)
{
	_cleanup_arena_ struct arena arena = { 0 };
	struct lab *lab = NULL;
	size_t n;
	int r = lab_open(cli, cli_operands(cli, &n)[0], NULL, &arena, &lab, err);

	if (r != 0)
		return r;
	r = cli_wants_json(cli) ? show_json(lab) : show_text(cli, lab, err);
	lab_free(lab);
	return r;
}

const struct command command_show = {
	.name = "show",
	.summary = N_("what a lab is about"),
	.arguments = "LAB",
	.example = "kvmlab show host",
	.min = 1,
	.max = 1,
	.options = options,
	.run = run,
};
