/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_list: which labs there are. */
#include <string.h>

#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"
#include "runner/base/json.h"
#include "runner/lab_open.h"
#include "runner/ui/ui.h"

struct listing {
	struct ui *ui;	   /* NULL: as JSON */
	struct json *json; /* NULL: as text */
	struct complaints complaints;
};

static void show_text(struct ui *ui, const struct lab *lab)
{
	_cleanup_buf_ struct buf text = { 0 };
	const char *title = text_get(&lab->title, ui_lang());

	buf_puts(&text, title ? title : "");
	if (lab->minutes)
		buf_printf(&text, _(" (%lld min)"), (long long)lab->minutes);
	ui_row(ui, 2, 22, lab->id, buf_str(&text));
}

static void show_json(struct json *j, const struct lab *lab)
{
	json_open(j, NULL, '{');
	json_string(j, "id", lab->id);
	json_string(j, "title", text_get(&lab->title, ui_lang()));
	json_string(j, "summary", text_get(&lab->summary, ui_lang()));
	json_int(j, "minutes", lab->minutes);
	json_int(j, "experiments", (int64_t)lab->experiments.n);
	json_string(j, "path", lab->path);
	lab_needs_json(j, lab);
	json_close(j, '{');
}

static void list_one(struct listing *l, const char *path)
{
	struct lab *lab = NULL;

	if (lab_load_file(path, NULL, LOAD_LINT, &lab, &l->complaints) < 0)
		return;
	if (l->json)
		show_json(l->json, lab);
	else
		show_text(l->ui, lab);
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
		ui_field(l->ui, _("Type next"), "kvmlab show LAB");
	}
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
