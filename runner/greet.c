/* SPDX-License-Identifier: Apache-2.0 */
/* greet: what 'kvmlab' alone says: what this is, where the student stands, one command to type. */
#include <string.h>

#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"
#include "runner/help.h"
#include "runner/load/load.h"
#include "runner/run/hosts.h"
#include "runner/store/store.h"
#include "runner/ui/ui.h"

struct standing {
	struct run_row *rows;
	size_t n;
	const char *lab;     /* id of the next lab; NULL: all were finished */
	const char *title;   /* of it */
	const char *command; /* to type next */
};

static bool is_closed(const struct run_row *r)
{
	return r->exit_code == err_exit_code(ERR_INTERRUPT);
}

static bool was_finished(const struct standing *s, const char *lab)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->rows[i].finished_ms && !is_closed(&s->rows[i]) &&
		    !strcmp(s->rows[i].lab, lab))
			return true;
	return false;
}

/* What a person would type to run it: hosts that the lab needs come from the sandbox. */
static const char *run_command(const struct lab *lab, struct arena *arena)
{
	const struct strings none = { 0 };
	const struct strings *roles = lab->needs ? &lab->needs->hosts : &none;
	_cleanup_buf_ struct buf out = { 0 };

	if (roles->n) {
		hosts_sandbox_up(lab, &out);
		buf_puts(&out, " && ");
	}
	buf_printf(&out, "kvmlab run %s", lab->id);
	for (size_t i = 0; i < roles->n; i++)
		buf_printf(&out, " --host %s=sandbox", roles->v[i]);
	return arena_strdup(arena, buf_str(&out));
}

/* True when this is the next one. A lab that does not load is 'kvmlab lint's to complain of. */
static bool take_lab(struct standing *s, const char *path, struct arena *arena)
{
	struct complaints complaints = { 0 };
	struct lab *lab = NULL;

	if (lab_load_file(path, NULL, LOAD_LINT, &lab, &complaints) == 0 &&
	    !was_finished(s, lab->id)) {
		const char *title = text_get(&lab->title, ui_lang());

		s->lab = arena_strdup(arena, lab->id);
		s->title = arena_strdup(arena, title ? title : lab->id);
		s->command = run_command(lab, arena);
	}
	lab_free(lab);
	complaints_done(&complaints);
	return s->lab;
}

/* A student without a journal, or with one that cannot be read now, is greeted all the same. */
static void read_runs(struct standing *s, struct arena *arena)
{
	struct store *store;
	struct err err;

	if (store_open_to_read(&store, &err) < 0)
		return;
	if (store_run_list(store, arena, &s->rows, &s->n, &err) < 0)
		s->n = 0;
	store_close(store);
}

static void show_unfinished(struct ui *ui, const struct run_row *r, struct arena *arena)
{
	ui_field(ui, _("You are in the middle of"), r->lab);
	ui_field(ui, _("Type next"), arena_printf(arena, "kvmlab resume %lld", (long long)r->id));
}

static void show_next(struct ui *ui, struct standing *s, struct arena *arena)
{
	struct strings paths = { 0 };
	struct err err;

	if (catalog_list(arena, &paths, &err) < 0)
		paths.n = 0;
	for (size_t i = 0; i < paths.n && !take_lab(s, paths.v[i], arena); i++)
		;
	if (s->lab) {
		ui_field(ui, _("Next lab"), s->title);
		ui_field(ui, _("Type next"), s->command);
	} else if (paths.n) {
		ui_paragraph(ui, 0, _("You have finished every lab."));
		ui_field(ui, _("Your grades"), "kvmlab status");
	} else {
		ui_field(ui, _("Type next"), "kvmlab help");
	}
}

int help_greet(const struct cli *cli, struct err *err)
{
	_cleanup_arena_ struct arena arena = { 0 };
	struct ui_options options = { .plain = cli_is_plain(cli) };
	struct standing s = { 0 };
	const struct run_row *last;
	struct ui *ui;

	if (ui_open(stdout, &options, &ui, err) < 0)
		return -1;
	ui_paragraph(ui, 0,
		     _("kvmlab walks you through the exercises of the KVM course on this machine: "
		       "you predict, it measures, you explain, and you see your grade."));
	ui_paragraph(ui, 0, "");
	read_runs(&s, &arena);
	last = s.n ? &s.rows[s.n - 1] : NULL;
	if (last && !last->finished_ms)
		show_unfinished(ui, last, &arena);
	else
		show_next(ui, &s, &arena);
	ui_field(ui, _("All labs"), "kvmlab list");
	ui_field(ui, _("All commands"), "kvmlab help");
	ui_close(ui);
	return 0;
}
