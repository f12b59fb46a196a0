/* SPDX-License-Identifier: Apache-2.0 */
/* run: starts, takes up again and closes a walk through a lab. */
#include "runner/run/run.h"

#include <fcntl.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"
#include "runner/base/version.h"
#include "runner/run/judge.h"
#include "runner/run/steps.h"
#include "runner/ui/locale.h"

const char *const run_mode_names[] = { "practice", "graded", "exam", NULL };

static struct run *run_new(const struct run_options *options)
{
	struct run *run = mem_alloc(sizeof(*run));

	*run = (struct run){ .options = *options, .ui = options->ui };
	return run;
}

void run_close(struct run *run)
{
	if (!run)
		return;
	probes_abandon(run);
	ui_forget(run->ui);
	ui_offer_editor(run->ui, NULL);
	report_done(&run->report);
	hosts_close(&run->hosts);
	process_group_close(run->group);
	store_close(run->store);
	answers_free(run->answers);
	lab_free(run->lab);
	buf_done(&run->told);
	buf_done(&run->doing);
	arena_done(&run->arena);
	sodium_memzero(run->exam_key, sizeof(run->exam_key));
	free(run);
}

/* 'host-20261121T110238Z-1f3a': sorts by time, unique without asking anybody. */
static const char *new_name(const char *lab, int64_t started_ms, struct arena *arena)
{
	time_t seconds = (time_t)(started_ms / 1000);
	struct tm tm;
	char when[32];

	strftime(when, sizeof(when), "%Y%m%dT%H%M%SZ", gmtime_r(&seconds, &tm));
	return arena_printf(arena, "%s-%s-%04x", lab, when, (unsigned)randombytes_uniform(0x10000));
}

/* One per state directory, as is the lock: whoever holds it may end what the last holder left. */
static int open_machine(struct run *run, struct err *err)
{
	char name[64];
	struct hosts_wanted wanted = { .lab = run->lab,
				       .given = &run->given,
				       .again = run->row.id,
				       .later = run->options.cleaning };
	int rc;

	snprintf(name, sizeof(name), "kvmlab-%u-%llx", (unsigned)getuid(),
		 (unsigned long long)store_identity(run->store));
	if (process_group_open(name, RUNG_CGROUP, &run->group, err) < 0)
		return -1;
	wanted.group = run->group;
	process_group_on_tick(run->group, probes_tick, run);
	ui_live_begin(run->ui, _("connecting to the hosts"));
	rc = hosts_open(&run->hosts, &wanted, &run->arena, err);
	ui_live_end(run->ui);
	return rc;
}

static int check_steps_consent(const struct step *steps, size_t n, struct err *err)
{
	for (size_t i = 0; i < n; i++)
		if (steps[i].root)
			return err_set(err, ERR_USAGE, NULL,
				       _("step '%s' runs as root and nobody can be asked: "
					 "give --yes or --answers FILE"),
				       steps[i].id);
	return 0;
}

/* Nobody said yes to what runs as root: --yes or an answers file would have. */
static int check_consent(struct run *run, struct err *err)
{
	const struct lab *lab = run->lab;

	if (ui_can_ask(run->ui) || run->options.yes || run->options.answers ||
	    run->options.cleaning)
		return 0;
	for (size_t e = 0; e < lab->experiments.n; e++)
		if (check_steps_consent(lab->experiments.v[e].steps.v,
					lab->experiments.v[e].steps.n, err) < 0)
			return -1;
	return check_steps_consent(lab->cleanup.v, lab->cleanup.n, err);
}

static int make_environment(struct run *run, struct err *err)
{
	size_t n = run->lab->params.n;

	if (uuids_choose(run, err) < 0)
		return -1;
	run->env = arena_array(&run->arena, const char *, n + run->uuids.n + 1);
	for (size_t i = 0; i < n; i++)
		run->env[i] = arena_printf(&run->arena, "%s=%s", run->lab->params.v[i].name,
					   run->lab->params.v[i].value);
	for (size_t i = 0; i < run->uuids.n; i++)
		run->env[n + i] = arena_printf(&run->arena, "%s=%s", run->uuids.v[i].name,
					       run->uuids.v[i].value);
	return 0;
}

static int load_answers(struct run *run, struct complaints *complaints)
{
	if (!run->options.answers)
		return 0;
	return answers_load_file(run->options.answers, run->lab, &run->answers, complaints);
}

/* Everything that can be refused is refused before the run exists. */
static int prepare(struct run *run, struct complaints *complaints, struct err *err)
{
	_cleanup_buf_ struct buf purpose = { 0 };

	if (load_answers(run, complaints) < 0 || check_consent(run, err) < 0)
		return -1;
	if (!run->store && store_open(&run->store, err) < 0)
		return -1;
	buf_printf(&purpose, "kvmlab run %s", run->lab->id);
	if (store_lock(run->store, buf_str(&purpose), err) < 0)
		return -1;
	editor_offer(run);
	if (open_machine(run, err) < 0)
		return -1;
	if (make_environment(run, err) < 0)
		return -1;
	return needs_check_met(run, err);
}

static int write_row(struct run *run, struct err *err)
{
	struct run_row *row = &run->row;
	struct report *report = &run->report;

	row->started_ms = clock_unix_ms();
	row->name = new_name(run->lab->id, row->started_ms, &run->arena);
	row->lab = run->lab->id;
	row->path = run->lab->path;
	row->mode = run_mode_names[run->options.mode];
	row->version = KVMLAB_VERSION;
	row->source = run->lab->source;
	row->source_len = run->lab->source_len;
	row->lang = report->lang == LANG_ID ? "id" : "en";
	row->modules_before = modules_list(run->hosts.local.host, &run->arena);
	if (store_run_add(run->store, row, run->options.settings, err) < 0 ||
	    store_host_add(run->store, row->id, &run->given, err) < 0 ||
	    (report->exam && store_exam_add(run->store, row->id, report->exam, err) < 0))
		return -1;
	facts_look(run->hosts.local.host, &run->arena, &report->host.v, &report->host.n);
	for (size_t i = 0; i < report->host.n; i++)
		if (store_fact_add(run->store, row->id, &report->host.v[i], err) < 0)
			return -1;
	report->run_id = row->name;
	report->mode = row->mode;
	report->version = row->version;
	report->started_ms = row->started_ms;
	return 0;
}

/* The lab says which parameters the sandbox decides; it is loaded again with their values. */
static int take_sandbox_settings(struct run *run, const char *path, struct err *err)
{
	if (hosts_settings(path, run->options.hosts, run->options.settings, &run->arena,
			   &run->settings, err) < 0)
		return -1;
	run->options.settings = &run->settings;
	return 0;
}

/* The same with those that are the student's own. */
static int take_exam_settings(struct run *run, const char *path, struct complaints *complaints,
			      struct err *err)
{
	const struct exam_options *o = &run->options.exam;
	struct lab *lab;
	int rc;

	if (run->options.mode != MODE_EXAM)
		return 0;
	if (exam_read_secret(o->secret, run->exam_key, err) < 0 ||
	    lab_load_file(path, NULL, LOAD_LINT, &lab, complaints) < 0)
		return -1;
	rc = exam_settings(lab, o->student, run->exam_key, run->options.settings, &run->arena,
			   &run->settings, err);
	lab_free(lab);
	run->options.settings = &run->settings;
	return rc;
}

static int start(struct run *run, const char *lab, struct complaints *complaints, struct err *err)
{
	const char *path;

	if (catalog_find(lab, &run->arena, &path, err) < 0 ||
	    take_exam_settings(run, path, complaints, err) < 0 ||
	    take_sandbox_settings(run, path, err) < 0 ||
	    lab_load_file(path, run->options.settings, LOAD_RUN, &run->lab, complaints) < 0 ||
	    exam_prepare(run, err) < 0)
		return -1;
	if (run->options.hosts)
		run->given = *run->options.hosts;
	if (hosts_check(run->lab, &run->given, err) < 0 || prepare(run, complaints, err) < 0)
		return -1;
	report_init(&run->report, run->lab, &run->arena, ui_lang());
	uuids_show(&run->report, &run->uuids, &run->arena);
	return write_row(run, err);
}

int run_start(const char *lab, const struct run_options *options, struct run **ret,
	      struct complaints *complaints, struct err *err)
{
	struct run *run = run_new(options);

	if (start(run, lab, complaints, err) < 0) {
		run_close(run);
		return -1;
	}
	*ret = run;
	return 0;
}

/* The latest unfinished run when id is 0; to clean up, else the latest that left something. */
static int find_unfinished(const struct run *run, int64_t *id, struct arena *arena, struct err *err)
{
	struct store *s = run->store;
	struct run_row *rows;
	size_t n;

	if (*id)
		return 0;
	if (store_run_list(s, arena, &rows, &n, err) < 0)
		return -1;
	while (n-- > 0)
		if (!rows[n].finished_ms) {
			*id = rows[n].id;
			return 0;
		}
	if (run->options.cleaning &&
	    store_change_left(s, run->options.also && run->options.also->n, id, err) < 0)
		return -1;
	if (*id)
		return 0;
	return err_set(err, ERR_USAGE, NULL, _("no run is unfinished: 'kvmlab status' lists them"));
}

static enum run_mode mode_of(const char *name)
{
	for (int i = 0; run_mode_names[i]; i++)
		if (!strcmp(run_mode_names[i], name))
			return (enum run_mode)i;
	return MODE_PRACTICE;
}

static int take_up(struct run *run, int64_t id, struct complaints *complaints, struct err *err)
{
	struct run_load load = { 0 };

	if (store_open(&run->store, err) < 0 || find_unfinished(run, &id, &run->arena, err) < 0 ||
	    run_load(run->store, id, &run->arena, &load, err) < 0 ||
	    store_host_list(run->store, load.row.id, &run->arena, &run->given, err) < 0)
		return -1;
	run->lab = load.lab;
	run->row = load.row;
	run->settings = load.settings;
	/* What a finished run left may be removed later. */
	if (load.row.finished_ms && !run->options.cleaning)
		return err_set(err, ERR_USAGE, NULL,
			       _("run %lld is finished: 'kvmlab report %lld' shows it"),
			       (long long)id, (long long)id);
	run->options.mode = mode_of(load.row.mode);
	if (run->row.lang && !run->options.speaks && !run->options.cleaning)
		locale_set(run->row.lang);
	if (prepare(run, complaints, err) < 0)
		return -1;
	report_init(&run->report, run->lab, &run->arena, ui_lang());
	uuids_show(&run->report, &run->uuids, &run->arena);
	if (bystanders_restore(run, err) < 0)
		return -1;
	if (report_restore(run->store, &run->row, &run->arena, &run->report, err) < 0)
		return -1;
	/* The host is put back whatever has become of the record. */
	return run->options.cleaning ? 0 : predictions_check(&run->report, err);
}

int run_resume(int64_t id, const struct run_options *options, struct run **ret,
	       struct complaints *complaints, struct err *err)
{
	struct run *run = run_new(options);

	if (take_up(run, id, complaints, err) < 0) {
		run_close(run);
		return -1;
	}
	*ret = run;
	return 0;
}
