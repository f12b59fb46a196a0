/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_plan: every command of a lab, where, as whom, what it changes; runs nothing. */
#include <string.h>
#include <unistd.h>

#include "checks/checker.h"
#include "checks/probe.h"
#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"
#include "runner/base/json.h"
#include "runner/lab_open.h"
#include "runner/run/hosts.h"
#include "runner/run/plan.h"
#include "runner/session.h"
#include "runner/ui/ui.h"

static const struct option_spec options[] = {
	{ "set", 0, "NAME=VALUE", true, N_("a parameter of the lab") },
	{ "host", 0, "ROLE=URI", true, N_("who plays a role of the lab, as for 'run'") },
	{ 0 },
};

struct plan {
	const struct lab *lab;
	struct settings hosts;
	struct arena *arena;
	struct ui *ui;
	struct json json;
	size_t steps, root_steps, checks;
};

static const char *in_words(const struct text *t)
{
	const char *s = text_get(t, ui_lang());

	return s ? s : "";
}

static const char *user(const struct step *s)
{
	if (s->root || geteuid() == 0)
		return "root";
	return _("you");
}

static void show_needs(struct plan *p, const struct step *s)
{
	_cleanup_buf_ struct buf line = { 0 };

	for (size_t i = 0; i < s->needs.n; i++)
		buf_printf(&line, "%s'%s'", i ? ", " : "", s->needs.v[i]);
	if (!s->needs.n)
		return;
	ui_paragraph(
		p->ui, 4,
		arena_printf(p->arena, _("only when these checks have passed: %s"), line.data));
}

static void show_probe(struct plan *p, const struct step *s, const char *shown)
{
	_cleanup_buf_ struct buf line = { 0 };

	buf_printf(&line, _("%s: in the background, until the experiment's steps end"), s->id);
	ui_paragraph(p->ui, 2, line.data);
	ui_verbatim(p->ui, shown, strlen(shown), 0);
	if (text_is_given(&s->text))
		ui_paragraph(p->ui, 4, in_words(&s->text));
	ui_paragraph(p->ui, 4, _(s->probe->summary));
	show_needs(p, s);
}

static void show_command(struct plan *p, const struct step *s)
{
	_cleanup_buf_ struct buf line = { 0 };
	const char *shown = step_shown(s, p->lab, NULL, p->arena);

	buf_printf(&line, _("%s: on %s, as %s, at most %lld s"), s->id, s->on, user(s),
		   (long long)(s->timeout_ms / 1000));
	ui_paragraph(p->ui, 2, line.data);
	ui_verbatim(p->ui, shown, strlen(shown), 0);
	if (text_is_given(&s->text))
		ui_paragraph(p->ui, 4, in_words(&s->text));
}

static void show_step(struct plan *p, const struct step *s)
{
	_cleanup_buf_ struct buf line = { 0 };
	const char *changes = changes_shown(&s->changes, p->arena);

	if (s->probe) {
		show_probe(p, s, step_shown(s, p->lab, NULL, p->arena));
		return;
	}
	show_command(p, s);
	show_needs(p, s);
	if (*changes)
		buf_printf(&line, _("may create: %s; undone at the end when it was not there"),
			   changes);
	else
		buf_puts(&line, _("declares no change"));
	ui_paragraph(p->ui, 4, line.data);
}

static void show_check(struct plan *p, const struct check *c)
{
	_cleanup_buf_ struct buf line = { 0 };
	const char *params = check_shown(c, p->arena);
	const char *expected = check_expectation(c, p->arena);

	buf_printf(&line, "%s: %s", c->id, _(c->checker->summary));
	ui_paragraph(p->ui, 2, line.data);
	buf_reset(&line);
	buf_printf(&line, _("looks with '%s' on %s"), c->checker->name, c->on);
	if (*params)
		buf_printf(&line, " (%s)", params);
	if (*expected)
		buf_printf(&line, _("; expects: %s"), expected);
	ui_paragraph(p->ui, 4, line.data);
}

static size_t role_count(const struct lab *lab)
{
	return lab->needs ? lab->needs->hosts.n : 0;
}

/* Nobody is connected to: a plan is made on any machine. */
static void show_hosts(struct plan *p)
{
	struct err err;

	if (!role_count(p->lab))
		return;
	ui_heading(p->ui, 2, _("Hosts"));
	for (size_t i = 0; i < role_count(p->lab); i++) {
		const char *role = p->lab->needs->hosts.v[i];
		const char *uri = hosts_given(&p->hosts, role);

		ui_field(p->ui, role, uri ? uri : _("not chosen"));
	}
	if (hosts_check(p->lab, &p->hosts, &err) < 0)
		ui_paragraph(p->ui, 2, err.msg);
}

static void show_experiment(struct plan *p, const struct experiment *e, size_t number)
{
	_cleanup_buf_ struct buf title = { 0 };

	buf_printf(&title, "%zu. %s", number, in_words(&e->title));
	ui_heading(p->ui, 2, title.data);
	for (size_t i = 0; i < e->steps.n; i++)
		show_step(p, &e->steps.v[i]);
	if (e->checks.n)
		ui_heading(p->ui, 3, _("Then kvmlab only looks:"));
	for (size_t i = 0; i < e->checks.n; i++)
		show_check(p, &e->checks.v[i]);
}

static void show_cleanup(struct plan *p)
{
	if (p->lab->cleanup.n)
		ui_heading(p->ui, 2, _("At the end, and by 'kvmlab clean'"));
	for (size_t i = 0; i < p->lab->cleanup.n; i++)
		show_command(p, &p->lab->cleanup.v[i]);
}

static int show_text(struct cli *cli, struct plan *p, struct err *err)
{
	struct ui_options ui_options = { .plain = cli_is_plain(cli) };
	_cleanup_buf_ struct buf line = { 0 };

	if (ui_open(stdout, &ui_options, &p->ui, err) < 0)
		return -1;
	ui_heading(p->ui, 1, in_words(&p->lab->title));
	buf_printf(&line,
		   _("commands: %zu, of them as root: %zu; checks: %zu. Nothing has been run."),
		   p->steps, p->root_steps, p->checks);
	ui_paragraph(p->ui, 0, line.data);
	show_hosts(p);
	for (size_t i = 0; i < p->lab->experiments.n; i++)
		show_experiment(p, &p->lab->experiments.v[i], i + 1);
	show_cleanup(p);
	ui_close(p->ui);
	return 0;
}

static void json_step(struct plan *p, const struct step *s)
{
	struct json *j = &p->json;

	json_open(j, NULL, '{');
	json_string(j, "id", s->id);
	json_string(j, "command", s->run);
	json_string(j, "probe", s->probe ? s->probe->name : NULL);
	json_string(j, "shown", step_shown(s, p->lab, NULL, p->arena));
	json_string(j, "on", s->on);
	json_bool(j, "root", s->root);
	json_int(j, "timeout_ms", s->timeout_ms);
	json_open(j, "needs", '[');
	for (size_t i = 0; i < s->needs.n; i++)
		json_string(j, NULL, s->needs.v[i]);
	json_close(j, '[');
	json_open(j, "changes", '[');
	for (size_t i = 0; i < s->changes.n; i++) {
		json_open(j, NULL, '{');
		json_string(j, change_kind_name(s->changes.v[i].kind), s->changes.v[i].name);
		if (s->changes.v[i].uuid)
			json_string(j, "uuid", s->changes.v[i].uuid);
		json_close(j, '{');
	}
	json_close(j, '[');
	json_close(j, '{');
}

static void json_check(struct plan *p, const struct check *c)
{
	struct json *j = &p->json;

	json_open(j, NULL, '{');
	json_string(j, "id", c->id);
	json_string(j, "checker", c->checker->name);
	json_string(j, "on", c->on);
	json_string(j, "with", check_shown(c, p->arena));
	json_string(j, "expects", check_expectation(c, p->arena));
	json_close(j, '{');
}

static void json_experiment(struct plan *p, const struct experiment *e)
{
	struct json *j = &p->json;

	json_open(j, NULL, '{');
	json_string(j, "id", e->id);
	json_open(j, "steps", '[');
	for (size_t i = 0; i < e->steps.n; i++)
		json_step(p, &e->steps.v[i]);
	json_close(j, '[');
	json_open(j, "checks", '[');
	for (size_t i = 0; i < e->checks.n; i++)
		json_check(p, &e->checks.v[i]);
	json_close(j, '[');
	json_close(j, '{');
}

static int show_json(struct plan *p)
{
	struct json *j = &p->json;

	j->f = stdout;
	json_open(j, NULL, '{');
	json_int(j, "schema", 1);
	json_string(j, "lab", p->lab->id);
	json_open(j, "hosts", '[');
	for (size_t i = 0; i < role_count(p->lab); i++) {
		json_open(j, NULL, '{');
		json_string(j, "role", p->lab->needs->hosts.v[i]);
		json_string(j, "uri", hosts_given(&p->hosts, p->lab->needs->hosts.v[i]));
		json_close(j, '{');
	}
	json_close(j, '[');
	json_open(j, "experiments", '[');
	for (size_t i = 0; i < p->lab->experiments.n; i++)
		json_experiment(p, &p->lab->experiments.v[i]);
	json_close(j, '[');
	json_open(j, "cleanup", '[');
	for (size_t i = 0; i < p->lab->cleanup.n; i++)
		json_step(p, &p->lab->cleanup.v[i]);
	json_close(j, '[');
	json_close(j, '{');
	return 0;
}

static void count(struct plan *p)
{
	for (size_t e = 0; e < p->lab->experiments.n; e++) {
		const struct experiment *x = &p->lab->experiments.v[e];

		p->checks += x->checks.n;
		for (size_t i = 0; i < x->steps.n; i++) {
			p->steps += !x->steps.v[i].probe;
			p->root_steps += x->steps.v[i].root;
		}
	}
	p->steps += p->lab->cleanup.n;
	for (size_t i = 0; i < p->lab->cleanup.n; i++)
		p->root_steps += p->lab->cleanup.v[i].root;
}

static int run(struct cli *cli, struct err *err)
{
	_cleanup_arena_ struct arena arena = { 0 };
	struct plan plan = { .arena = &arena };
	struct lab *lab = NULL;
	size_t n;
	int r = hosts_parse(cli, &arena, &plan.hosts, err);

	if (r < 0)
		return r;
	r = lab_open(cli, cli_operands(cli, &n)[0], &plan.hosts, &arena, &lab, err);

	if (r != 0)
		return r;
	plan.lab = lab;
	count(&plan);
	r = cli_wants_json(cli) ? show_json(&plan) : show_text(cli, &plan, err);
	lab_free(lab);
	return r;
}

const struct command command_plan = {
	.name = "plan",
	.summary = N_("every command of a lab, where, as whom, what it changes; runs nothing"),
	.arguments = "LAB",
	.example = "kvmlab plan host",
	.min = 1,
	.max = 1,
	.options = options,
	.run = run,
};
