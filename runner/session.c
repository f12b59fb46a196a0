/* SPDX-License-Identifier: Apache-2.0 */
/* session: opens the terminal, walks, writes reports, says what the grade is. */
#include "runner/session.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "runner/base/cleanup.h"
#include "runner/base/hundredths.h"
#include "runner/base/i18n.h"

#define MINUTES_MAX (24 * 60)

static int parse_mode(const char *text, enum run_mode *ret, struct err *err)
{
	*ret = MODE_PRACTICE;
	if (!text)
		return 0;
	for (int i = 0; run_mode_names[i]; i++)
		if (!strcmp(run_mode_names[i], text)) {
			*ret = (enum run_mode)i;
			return 0;
		}
	return err_set(err, ERR_USAGE, NULL, _("unknown mode '%s': there are practice and graded"),
		       text);
}

static int parse_started(const char *text, enum started_policy *ret, struct err *err)
{
	static const char *const names[] = { "ask", "run", "done", "skip", NULL };

	*ret = STARTED_ASK;
	for (int i = 0; text && names[i]; i++)
		if (!strcmp(names[i], text)) {
			*ret = (enum started_policy)i;
			return 0;
		}
	if (!text)
		return 0;
	return err_set(err, ERR_USAGE, NULL,
		       _("unknown choice '%s' for --started: there are run, done and skip"), text);
}

/* An option whose values are pairs, and how to write one. */
struct pair_option {
	const char *name, *form;
};

/* The values, split at their first '='. */
static int parse_pairs(const struct cli *cli, const struct pair_option *option, struct arena *arena,
		       struct settings *ret, struct err *err)
{
	size_t n;
	const char *const *values = cli_values(cli, option->name, &n);

	ret->v = arena_array(arena, struct setting, n);
	for (ret->n = 0; ret->n < n; ret->n++) {
		const char *equals = strchr(values[ret->n], '=');

		if (!equals || equals == values[ret->n])
			return err_set(err, ERR_USAGE, NULL, _("--%s '%s': write it as %s"),
				       option->name, values[ret->n], option->form);
		ret->v[ret->n].name =
			arena_memdup(arena, values[ret->n], (size_t)(equals - values[ret->n]));
		ret->v[ret->n].value = equals + 1;
	}
	return 0;
}

int settings_parse(const struct cli *cli, struct arena *arena, struct settings *ret,
		   struct err *err)
{
	return parse_pairs(cli, &(struct pair_option){ "set", "NAME=VALUE" }, arena, ret, err);
}

int hosts_parse(const struct cli *cli, struct arena *arena, struct settings *ret, struct err *err)
{
	return parse_pairs(cli, &(struct pair_option){ "host", "ROLE=URI" }, arena, ret, err);
}

/* --format json is a JSON report on standard output. */
static int parse_reports(struct cli *cli, struct emissions *ret, struct err *err)
{
	size_t n;
	const char *const *values = cli_values(cli, "report", &n);

	if (emissions_parse(values, n, ret, err) < 0)
		return -1;
	if (!cli_wants_json(cli))
		return 0;
	if (emissions_use_stdout(ret) || ret->n == EMISSIONS_MAX)
		return err_set(err, ERR_USAGE, NULL,
			       _("--format json takes standard output: give the report a path"));
	ret->v[ret->n++] = (struct emission){ report_format_find("json"), NULL };
	return 0;
}

static int check_no_report(const struct session *s, struct err *err)
{
	if (!s->emissions.n)
		return 0;
	return err_set(err, ERR_USAGE, NULL,
		       _("an exam writes no report: 'kvmlab report RUN --secret FILE' does, for "
			 "the teacher"));
}

static int parse_exam(const struct cli *cli, const struct session *s, struct exam_options *ret,
		      struct err *err)
{
	const char *minutes = cli_value(cli, "minutes");
	char *end = NULL;

	*ret = (struct exam_options){ cli_value(cli, "student"), cli_value(cli, "secret"), 0 };
	if (s->options.mode != MODE_EXAM)
		return !ret->student && !ret->secret && !minutes
			       ? 0
			       : err_set(err, ERR_USAGE, NULL,
					 _("--student, --secret and --minutes belong to "
					   "--mode exam"));
	if (!ret->student || !*ret->student || !ret->secret)
		return err_set(err, ERR_USAGE, NULL,
			       _("an exam needs --student ID and --secret FILE"));
	if (check_no_report(s, err) < 0)
		return -1;
	if (minutes)
		ret->minutes = strtoll(minutes, &end, 10);
	if (minutes && (*end || ret->minutes < 1 || ret->minutes > MINUTES_MAX))
		return err_set(err, ERR_USAGE, NULL,
			       _("--minutes '%s': a whole number from 1 to %d would be right"),
			       minutes, MINUTES_MAX);
	return 0;
}

int session_open(struct cli *cli, struct arena *arena, struct session *ret, struct err *err)
{
	struct ui_options ui = { .plain = cli_is_plain(cli) };

	*ret = (struct session){ .cli = cli };
	if (parse_mode(cli_value(cli, "mode"), &ret->options.mode, err) < 0 ||
	    parse_started(cli_value(cli, "started"), &ret->options.started, err) < 0 ||
	    settings_parse(cli, arena, &ret->settings, err) < 0 ||
	    hosts_parse(cli, arena, &ret->hosts, err) < 0 ||
	    parse_reports(cli, &ret->emissions, err) < 0 ||
	    parse_exam(cli, ret, &ret->options.exam, err) < 0)
		return -1;
	ret->options.settings = &ret->settings;
	ret->options.answers = cli_value(cli, "answers");
	ret->options.hosts = &ret->hosts;
	ret->options.yes = cli_has(cli, "yes");
	ret->options.speaks = cli_value(cli, "lang") != NULL;
	ui.quiet = emissions_use_stdout(&ret->emissions);
	ui.ask = !ret->options.answers && !ui.quiet;
	ui_catch_signals();
	if (ui_open(stdout, &ui, &ret->ui, err) < 0)
		return -1;
	ret->options.ui = ret->ui;
	return 0;
}

void session_close(struct session *s)
{
	ui_close(s->ui);
}

/* Invalid input: every complaint is told here, so that main has nothing left to say. */
static int complain(struct session *s, struct complaints *complaints, struct err *err)
{
	int code = complaints->n ? err_exit_code(complaints->v[0].kind) : -1;

	(void)err;
	if (complaints->n)
		cli_complain(s->cli, complaints);
	complaints_done(complaints);
	return code;
}

static void tell_handed_in(struct session *s, const struct run *run)
{
	_cleanup_buf_ struct buf text = { 0 };

	buf_printf(&text,
		   _("Run %lld is handed in. Its results come from your teacher, who has the "
		     "exam's secret."),
		   (long long)run->row.id);
	ui_heading(s->ui, 2, _("The exam is over"));
	ui_paragraph(s->ui, 0, buf_str(&text));
}

static void tell_grade(struct session *s, const struct run *run)
{
	const struct grade *g = &run->report.grade;
	long long percent = g->possible ? g->earned * 100 / g->possible : 0;
	_cleanup_buf_ struct buf text = { 0 };

	buf_printf(&text, _("%s of %s points (%lld%%)"), hundredths_print(g->earned).s,
		   hundredths_print(g->possible).s, percent);
	if (g->ungraded)
		buf_puts(&text, _("; provisional: something could not be looked at"));
	else if (g->provisional)
		buf_puts(&text, _("; provisional until a teacher has read the free text"));
	ui_heading(s->ui, 2, _("Grade"));
	ui_paragraph(s->ui, 0, buf_str(&text));
	buf_reset(&text);
	buf_printf(&text, _("The whole report: kvmlab report %lld"), (long long)run->row.id);
	ui_paragraph(s->ui, 0, buf_str(&text));
}

static int finish(struct session *s, struct run *run, struct err *err)
{
	int code;

	if ((run->report.exam && check_no_report(s, err) < 0) || run_walk(run, err) < 0) {
		run_close(run);
		return -1;
	}
	code = run->report.exit_code;
	/* An exit code would tell whether it was passed. */
	if (run->report.exam && code == 1)
		code = 0;
	if (run->report.exam)
		tell_handed_in(s, run);
	else
		tell_grade(s, run);
	if (emissions_write(&s->emissions, &run->report, err) < 0)
		code = -1;
	run_close(run);
	return code;
}

int session_run(struct session *s, const char *lab, struct err *err)
{
	struct complaints complaints = { 0 };
	struct run *run;

	if (emissions_check(&s->emissions, "lab", err) < 0)
		return -1;
	if (run_start(lab, &s->options, &run, &complaints, err) < 0)
		return complain(s, &complaints, err);
	return finish(s, run, err);
}

int session_resume(struct session *s, int64_t id, struct err *err)
{
	struct complaints complaints = { 0 };
	struct run *run;

	if (emissions_check(&s->emissions, "lab", err) < 0)
		return -1;
	if (run_resume(id, &s->options, &run, &complaints, err) < 0)
		return complain(s, &complaints, err);
	return finish(s, run, err);
}

int session_clean(struct session *s, int64_t id, struct err *err)
{
	struct complaints complaints = { 0 };
	struct run *run;
	int rc;

	s->options.cleaning = true;
	s->also.v = (const char **)cli_values(s->cli, "also", &s->also.n);
	s->options.also = &s->also;
	if (run_resume(id, &s->options, &run, &complaints, err) < 0)
		return complain(s, &complaints, err);
	rc = run_clean(run, err);
	run_close(run);
	return rc;
}

int session_with_run(struct cli *cli, int (*act)(struct session *, int64_t, struct err *),
		     struct err *err)
{
	_cleanup_arena_ struct arena arena = { 0 };
	struct session session;
	int64_t id = 0;
	size_t n;
	const char *const *operands = cli_operands(cli, &n);
	int code;

	if (n && parse_run_id(operands[0], &id, err) < 0)
		return -1;
	if (session_open(cli, &arena, &session, err) < 0)
		return -1;
	code = act(&session, id, err);
	session_close(&session);
	return code;
}

/* From mild to grave. */
static const int order[] = { 0, 1, 3, 77, 69, 65, 64, 75, 130, 143, 73, 74 };

static size_t rank(int code)
{
	for (size_t i = 0; i < ARRAY_SIZE(order); i++)
		if (order[i] == code)
			return i;
	return ARRAY_SIZE(order);
}

int exit_code_worse(int a, int b)
{
	return rank(a) > rank(b) ? a : b;
}

int parse_run_id(const char *text, int64_t *ret, struct err *err)
{
	char *end;

	errno = 0;
	*ret = strtoll(text, &end, 10);
	if (errno || *end || end == text || *ret < 1)
		return err_set(err, ERR_USAGE, NULL,
			       _("'%s' is not the number of a run: 'kvmlab status' lists them"),
			       text);
	return 0;
}
