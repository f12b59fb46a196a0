/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_list: which labs there are. */
#include <string.h>

#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"
#include "runner/base/json.h"
#include "runner/doctor/wants.h"
#include "runner/lab_open.h"
#include "runner/progress.h"
#include "runner/ui/ui.h"

struct listing {
	struct ui *ui;	   /* NULL: as JSON */
	struct json *json; /* NULL: as text */
	struct complaints complaints;
	struct run_row *runs;
	size_t run_count;
	struct err why; /* the journal could not be read */
};

#define TEXT_COLUMN 22

static void add(struct buf *out, const char *text)
{
	buf_printf(out, "%s%s", out->len ? "; " : "", text);
}

static void add_progress(const struct listing *l, struct buf *out, const struct progress *p)
{
	_cleanup_buf_ struct buf text = { 0 };

	if (p->best) {
		buf_printf(&text, _("best: %lld%%"), (long long)(p->earned * 100 / p->possible));
		add(out, buf_str(&text));
		buf_reset(&text);
	}
	if (p->unfinished) {
		buf_printf(&text, _("unfinished: kvmlab resume %lld"), (long long)p->unfinished);
		add(out, buf_str(&text));
	}
	if (!p->runs && !l->why.kind)
		add(out, _("not begun"));
}

static void show_text(struct listing *l, const struct lab *lab)
{
	struct progress p = progress_of(l->runs, l->run_count, lab->id);
	_cleanup_buf_ struct buf text = { 0 }, needs = { 0 };
	const char *title = text_get(&lab->title, ui_lang());

	ui_row(l->ui, 2, TEXT_COLUMN, lab->id, title ? title : "");
	if (lab->minutes)
		buf_printf(&text, _("%lld min"), (long long)lab->minutes);
	wants_print(&needs, lab);
	if (needs.len) {
		_cleanup_buf_ struct buf sentence = { 0 };

		buf_printf(&sentence, _("needs %s"), buf_str(&needs));
		add(&text, buf_str(&sentence));
	}
	add_progress(l, &text, &p);
	ui_row(l->ui, 2, TEXT_COLUMN, "", buf_str(&text));
}

static void json_wants(struct json *j, const struct lab *lab)
{
	unsigned wants = wants_of(lab);

	json_open(j, "wants", '[');
	for (int i = 0; want_name(i); i++)
		if (wants & (1u << i))
			json_string(j, NULL, want_name(i));
	json_close(j, '[');
}

static void json_progress(struct json *j, const struct progress *p)
{
	json_int(j, "runs", p->runs);
	if (p->best) {
		json_open(j, "best", '{');
		json_int(j, "run", p->best);
		json_hundredths(j, "earned", p->earned);
		json_hundredths(j, "possible", p->possible);
		json_close(j, '{');
	} else {
		json_null(j, "best");
	}
	if (p->unfinished)
		json_int(j, "unfinished", p->unfinished);
	else
		json_null(j, "unfinished");
}

static void show_json(struct listing *l, const struct lab *lab)
{
	struct progress p = progress_of(l->runs, l->run_count, lab->id);
	struct json *j = l->json;

	json_open(j, NULL, '{');
	json_string(j, "id", lab->id);
	json_string(j, "title", text_get(&lab->title, ui_lang()));
	json_string(j, "summary", text_get(&lab->summary, ui_lang()));
	json_int(j, "minutes", lab->minutes);
	json_int(j, "experiments", (int64_t)lab->experiments.n);
	json_string(j, "path", lab->path);
	lab_needs_json(j, lab);
	json_wants(j, lab);
	json_progress(j, &p);
	json_close(j, '{');
}

static void list_one(struct listing *l, const char *path)
{
	struct lab *lab = NULL;

	if (lab_load_file(path, NULL, LOAD_LINT, &lab, &l->complaints) < 0)
		return;
	if (l->json)
		show_json(l, lab);
	else
		show_text(l, lab);
	lab_free(lab);
}

static int list_json(struct listing *l, const struct strings *paths)
{
	struct json json = { .f = stdout };

	l->json = &json;
	json_open(&json, NULL, '{');
	json_int(&json, "schema", 1);
	json_open(&json, "labs", '[');
	for (size_t i = 0; i < paths->n; i++)
		list_one(l, paths->v[i]);
	json_close(&json, '[');
	/* Files that do not load; 'kvmlab lint --format json' says why. */
	json_open(&json, "invalid", '[');
	for (size_t i = 0; i < complaints_kept(&l->complaints); i++) {
		const char *file = l->complaints.v[i].loc.file;

		if (i == 0 || strcmp(file, l->complaints.v[i - 1].loc.file) != 0)
			json_string(&json, NULL, file);
	}
	json_close(&json, '[');
	json_string(&json, "no_progress", l->why.kind ? l->why.msg : NULL);
	json_close(&json, '{');
	return l->complaints.n ? err_exit_code(ERR_LAB) : 0;
}

static int list_text(struct listing *l, struct cli *cli, const struct strings *paths,
		     struct err *err)
{
	struct ui_options options = { .plain = cli_is_plain(cli) };

	if (ui_open(stdout, &options, &l->ui, err) < 0)
		return -1;
	for (size_t i = 0; i < paths->n; i++)
		list_one(l, paths->v[i]);
	if (l->complaints.n == 0) {
		ui_paragraph(l->ui, 0, "");
		ui_field(l->ui, _("Type next"),
			 "kvmlab show LAB, kvmlab doctor LAB, kvmlab run LAB");
	}
	if (l->why.kind)
		ui_field(l->ui, _("Your progress cannot be read"), l->why.msg);
	ui_close(l->ui);
	cli_complain(cli, &l->complaints);
	return l->complaints.n ? err_exit_code(ERR_LAB) : 0;
}

static int run(struct cli *cli, struct err *err)
{
	_cleanup_arena_ struct arena arena = { 0 };
	struct listing l = { 0 };
	struct strings paths = { 0 };
	int r;

	if (catalog_list(&arena, &paths, err) < 0)
		return -1;
	/* The labs are there all the same. */
	if (progress_read(&arena, &l.runs, &l.run_count, &l.why) < 0)
		l.run_count = 0;
	if (cli_wants_json(cli))
		r = list_json(&l, &paths);
	else
		r = list_text(&l, cli, &paths, err);
	complaints_done(&l.complaints);
	return r;
}

const struct command command_list = {
	.name = "list",
	.summary = N_("which labs there are"),
	.example = "kvmlab list",
	.run = run,
};
