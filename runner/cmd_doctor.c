/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_doctor: what labs need and their hosts lack, with the line that mends it; --fix runs it. */
#include <string.h>

#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"
#include "runner/cli.h"
#include "runner/doctor/wants.h"
#include "runner/doctor_show.h"
#include "runner/lab_open.h"
#include "runner/run/hosts.h"
#include "runner/session.h"

#define AREAS_MAX 32

static const struct option_spec options[] = {
	{ "fix", 0, NULL, false, N_("ask about each line that is safe, and run it") },
	{ "yes", 'y', NULL, false, N_("with --fix: run them without asking") },
	{ "set", 0, "NAME=VALUE", true, N_("a parameter of the lab") },
	{ "host", 0, "ROLE=URI", true,
	  N_("who plays a role of the lab: sandbox, ssh://user@host, "
	     "qemu+ssh://user@host/system") },
	{ 0 },
};

struct doctor {
	struct cli *cli;
	struct arena arena;
	struct ui *ui;
	struct settings given;
	struct process_group *group;
	struct host *here;
	const struct lab **labs;
	size_t lab_count;
	struct complaints complaints;
	struct patient *patients;
	size_t patient_count;
	struct symptom *symptoms;
	size_t n;
};

static void doctor_done(struct doctor *d)
{
	for (size_t i = 0; i < d->patient_count; i++) {
		patient_done(&d->patients[i]);
		if (d->patients[i].host != d->here)
			host_close(d->patients[i].host);
	}
	for (size_t i = 0; i < d->lab_count; i++)
		lab_free((struct lab *)d->labs[i]);
	host_close(d->here);
	process_group_close(d->group);
	ui_close(d->ui);
	complaints_done(&d->complaints);
	arena_done(&d->arena);
}

/* Every lab of the catalog; what does not load is complained of. */
static int open_all(struct doctor *d, struct err *err)
{
	struct strings paths = { 0 };

	if (catalog_list(&d->arena, &paths, err) < 0)
		return -1;
	d->labs = arena_array(&d->arena, const struct lab *, paths.n);
	for (size_t i = 0; i < paths.n; i++) {
		struct lab *lab = NULL;

		if (lab_load_file(paths.v[i], NULL, LOAD_LINT, &lab, &d->complaints) == 0)
			d->labs[d->lab_count++] = lab;
	}
	return 0;
}

/* 0, a positive exit code when complaints were shown, or -1. */
static int open_labs(struct doctor *d, struct err *err)
{
	size_t n;
	const char *const *operands = cli_operands(d->cli, &n);
	struct lab *lab = NULL;
	int r;

	if (!n)
		return open_all(d, err);
	r = lab_open(d->cli, operands[0], NULL, &d->arena, &lab, err);
	if (r)
		return r;
	d->labs = arena_array(&d->arena, const struct lab *, 1);
	d->labs[d->lab_count++] = lab;
	return 0;
}

static bool is_sandbox(const char *uri)
{
	return !strcmp(uri, "sandbox") || !strncmp(uri, "sandbox:", strlen("sandbox:"));
}

static bool is_used(const struct doctor *d, const char *role)
{
	for (size_t i = 0; i < d->lab_count; i++)
		for (size_t k = 0; d->labs[i]->needs && k < d->labs[i]->needs->hosts.n; k++)
			if (!strcmp(d->labs[i]->needs->hosts.v[k], role))
				return true;
	return !strcmp(role, "local");
}

/* Every role of every lab is played by a machine of its own. */
static bool are_roles_given(const struct doctor *d)
{
	for (size_t i = 0; i < d->lab_count; i++)
		for (size_t k = 0; d->labs[i]->needs && k < d->labs[i]->needs->hosts.n; k++) {
			const char *uri = hosts_given(&d->given, d->labs[i]->needs->hosts.v[k]);

			if (!uri || is_sandbox(uri))
				return false;
		}
	return true;
}

/* -1: the host cannot be had. One that is had and cannot be looked at is p->is_broken. */
static int open_patient(struct doctor *d, struct patient *p, struct err *err)
{
	struct hosts_wanted wanted = { .group = d->group };

	if (p->is_here)
		p->host = d->here;
	else if (hosts_open_role(p->role, p->uri, &wanted, &d->arena, &p->host, err) < 0)
		return -1;
	if (patient_meet(p, d->here, err) == 0)
		return 0;
	if (!p->is_here)
		host_close(p->host);
	p->host = NULL;
	p->is_broken = true;
	return -1;
}

static void add_patient(struct doctor *d, const char *role, const char *uri)
{
	struct patient *p = &d->patients[d->patient_count++];
	struct err why;

	*p = (struct patient){ .role = role,
			       .uri = uri,
			       .is_here = !strcmp(uri, "local"),
			       .is_sandbox = is_sandbox(uri),
			       .labs = d->labs,
			       .lab_count = d->lab_count,
			       .roles_given = are_roles_given(d),
			       .arena = &d->arena };
	if (open_patient(d, p, &why) < 0)
		p->why = arena_strdup(&d->arena, why.msg);
}

static int add_patients(struct doctor *d, struct err *err)
{
	d->patients = arena_array(&d->arena, struct patient, d->given.n + 1);
	add_patient(d, "local", hosts_given(&d->given, "local"));
	for (size_t i = 0; i < d->given.n; i++) {
		const char *role = d->given.v[i].name;
		bool again = false;

		if (!is_used(d, role))
			return err_set(err, ERR_USAGE, NULL,
				       _("no lab that is asked for has a host '%s'"), role);
		for (size_t k = 0; k < d->patient_count; k++)
			again |= !strcmp(d->patients[k].role, role);
		if (!again)
			add_patient(d, role, hosts_given(&d->given, role));
	}
	return 0;
}

static void examine_all(struct doctor *d)
{
	d->symptoms = arena_array(&d->arena, struct symptom, d->patient_count * AREAS_MAX);
	for (size_t i = 0; i < d->patient_count; i++)
		for (const struct area *a = areas; a->id; a++) {
			ui_live_tick(d->ui, _(a->title));
			area_examine(a, &d->patients[i], &d->symptoms[d->n++]);
		}
}

static int look(struct doctor *d, struct err *err)
{
	const char *name = arena_printf(&d->arena, "kvmlab-doctor-%ld", (long)getpid());
	int r;

	if (process_group_open(name, RUNG_CGROUP, &d->group, err) < 0 ||
	    host_open("local", "local", d->group, &d->here, err) < 0)
		return -1;
	ui_live_begin(d->ui, _("looking"));
	r = add_patients(d, err);
	if (r == 0)
		examine_all(d);
	ui_live_end(d->ui);
	return r;
}

/* Looked at afresh: what was mended before may have changed it. */
static int examine_again(struct doctor *d, struct symptom *f, struct err *err)
{
	struct patient *p = &d->patients[f->patient - d->patients];

	evidence_done(&p->ev);
	p->ev = (struct evidence){ 0 };
	if (patient_meet(p, d->here, err) < 0)
		return -1;
	area_examine(f->area, p, f);
	return 0;
}

static void show_output(void *data, int stream, const char *bytes, size_t len)
{
	(void)stream;
	ui_live_output(data, bytes, len);
}

/* sudo asks visibly, before any output is captured. */
static int become_root(struct doctor *d, const struct symptom *f, struct err *err)
{
	static const char *const argv[] = { "true", NULL };
	const struct process_spec spec = { .argv = argv, .root = true };
	struct evidence_item item = { .name = "root" };
	struct host *host = f->patient->host;

	if (!symptom_needs_root(f))
		return 0;
	if (host->ops->run(host, &spec, &d->arena, &item, err) < 0)
		return -1;
	if (item.end == END_EXITED && !item.status)
		return 0;
	if (f->patient->is_here && ui_can_ask(d->ui))
		return process_sudo_authenticate(err);
	return err_set(err, ERR_PRIVILEGE, NULL,
		       _("'%s' needs root: run 'sudo -v' in this terminal first, or run kvmlab as "
			 "root"),
		       symptom_typed(f));
}

static int fix(struct doctor *d, struct symptom *f, struct err *err)
{
	struct fixing how = { show_output, d->ui, &ui_signal_count };
	const char *why;
	int r;

	if (become_root(d, f, err) < 0)
		return -1;
	ui_live_begin(d->ui, _(f->area->title));
	r = symptom_fix(f, &how, &why, err);
	ui_live_end(d->ui);
	if (r < 0 || ui_interrupted(err) < 0 || examine_again(d, f, err) < 0)
		return -1;
	if (why)
		ui_word(d->ui, UI_BAD, "FAIL", why);
	doctor_show_line(d->ui, f, d->patient_count > 1);
	return 0;
}

static int offer(struct doctor *d, struct symptom *f, struct err *err)
{
	const char *typed = symptom_typed(f);
	bool yes = cli_has(d->cli, "yes");

	ui_paragraph(d->ui, 0, "");
	doctor_show_line(d->ui, f, d->patient_count > 1);
	ui_verbatim(d->ui, typed, strlen(typed), 0);
	if (!yes && ui_ask_yes(d->ui, _("Run this line now?"), true, &yes, err) < 0)
		return -1;
	return yes ? fix(d, f, err) : 0;
}

static int fix_all(struct doctor *d, struct err *err)
{
	bool again = false;

	for (size_t i = 0; i < d->n; i++) {
		struct symptom *f = &d->symptoms[i];

		if (f->state != SYMPTOM_LACKS || !f->patient->host)
			continue;
		if (again && examine_again(d, f, err) < 0)
			return -1;
		if (f->state != SYMPTOM_LACKS || !f->can_fix)
			continue;
		if (offer(d, f, err) < 0)
			return -1;
		again = true;
	}
	return 0;
}

static int check_consent(const struct doctor *d, struct err *err)
{
	if (!cli_has(d->cli, "fix") || cli_has(d->cli, "yes") || ui_can_ask(d->ui))
		return 0;
	return err_set(err, ERR_USAGE, NULL,
		       _("--fix changes this machine and nobody can be asked: give --yes"));
}

static int show(struct doctor *d)
{
	struct doctor_page list = { d->labs,	      d->lab_count, d->patients,
				    d->patient_count, d->symptoms,  d->n };

	if (cli_wants_json(d->cli))
		doctor_show_json(stdout, &list);
	else
		doctor_show_text(d->ui, &list);
	return doctor_exit_code(&list);
}

/* What was found first, then what is left when all was asked for. */
static int work(struct doctor *d, struct err *err)
{
	int code;

	if (check_consent(d, err) < 0)
		return -1;
	code = open_labs(d, err);
	if (code)
		return code;
	if (look(d, err) < 0)
		return -1;
	if (!cli_has(d->cli, "fix"))
		return show(d);
	if (fix_all(d, err) < 0)
		return -1;
	return show(d);
}

static int run(struct cli *cli, struct err *err)
{
	struct doctor d = { .cli = cli };
	struct ui_options ui = { .plain = cli_is_plain(cli),
				 .quiet = cli_wants_json(cli),
				 .ask = !cli_wants_json(cli) };
	int code = -1;

	ui_catch_signals();
	if (hosts_parse(cli, &d.arena, &d.given, err) == 0 && ui_open(stdout, &ui, &d.ui, err) == 0)
		code = work(&d, err);
	if (code >= 0 && d.complaints.n) {
		/* On standard error only: the document is out already. */
		for (size_t i = 0; i < complaints_kept(&d.complaints); i++)
			cli_print_line(stderr, &d.complaints.v[i]);
		code = exit_code_worse(code, err_exit_code(ERR_LAB));
	}
	doctor_done(&d);
	return code;
}

const struct command command_doctor = {
	.name = "doctor",
	.summary = N_("what labs need and this machine lacks, and the line that mends it"),
	.arguments = "[LAB]",
	.example = "kvmlab doctor host",
	.min = 0,
	.max = 1,
	.options = options,
	.run = run,
};
