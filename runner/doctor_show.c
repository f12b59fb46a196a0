/* SPDX-License-Identifier: Apache-2.0 */
/* doctor_show: findings in words, what lacks before what is well, and as JSON. */
#include "runner/doctor_show.h"

#include <string.h>

#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"
#include "runner/base/json.h"
#include "runner/doctor/wants.h"

#define DETAIL UI_WORD_COLUMN

static const enum ui_tone tones[SYMPTOM_STATE_COUNT] = {
	[SYMPTOM_OK] = UI_GOOD,
	[SYMPTOM_NOTE] = UI_ASIDE,
	[SYMPTOM_LACKS] = UI_BAD,
	[SYMPTOM_BROKEN] = UI_UNSURE,
};

size_t doctor_count(const struct doctor_page *d, enum symptom_state state)
{
	size_t ret = 0;

	for (size_t i = 0; i < d->n; i++)
		ret += d->symptoms[i].state == state;
	return ret;
}

int doctor_exit_code(const struct doctor_page *d)
{
	if (doctor_count(d, SYMPTOM_LACKS))
		return 1;
	return doctor_count(d, SYMPTOM_BROKEN) ? err_exit_code(ERR_ENV) : 0;
}

void doctor_show_line(struct ui *ui, const struct symptom *f, bool several_hosts)
{
	_cleanup_buf_ struct buf line = { 0 };

	if (several_hosts)
		buf_printf(&line, "%s, ", f->patient->role);
	buf_printf(&line, "%s: %s", _(f->area->title), f->found);
	ui_word(ui, tones[f->state], symptom_state_name(f->state), buf_str(&line));
}

static void print_labs(struct buf *out, const struct strings *labs, size_t all)
{
	if (labs->n == all && all > 1) {
		buf_puts(out, _("all labs"));
		return;
	}
	for (size_t i = 0; i < labs->n; i++)
		buf_printf(out, "%s%s", i ? ", " : "", labs->v[i]);
}

static void show_why(struct ui *ui, const struct symptom *f, size_t all)
{
	_cleanup_buf_ struct buf line = { 0 }, labs = { 0 };

	print_labs(&labs, &f->labs, all);
	buf_printf(&line, _("Why: %s For: %s."), _(f->area->why), buf_str(&labs));
	ui_paragraph(ui, DETAIL, buf_str(&line));
}

static void show_whole(struct ui *ui, const struct doctor_page *d, const struct symptom *f)
{
	_cleanup_buf_ struct buf line = { 0 };
	const char *typed = symptom_typed(f);

	doctor_show_line(ui, f, d->patient_count > 1);
	if (typed) {
		ui_paragraph(ui, DETAIL, _("Type:"));
		ui_verbatim(ui, typed, strlen(typed), 0);
	}
	show_why(ui, f, d->lab_count);
	if (!f->looked)
		return;
	buf_printf(&line, _("Looked at: %s"), f->looked);
	ui_paragraph(ui, DETAIL, buf_str(&line));
}

static void show_state(struct ui *ui, const struct doctor_page *d, enum symptom_state state)
{
	for (size_t i = 0; i < d->n; i++) {
		if (d->symptoms[i].state != state)
			continue;
		if (state == SYMPTOM_OK)
			doctor_show_line(ui, &d->symptoms[i], d->patient_count > 1);
		else
			show_whole(ui, d, &d->symptoms[i]);
	}
}

/* The packages: nothing else can be seen well before they are there. */
static const struct symptom *find_first(const struct doctor_page *d)
{
	for (size_t i = 0; i < d->n; i++)
		if (d->symptoms[i].state == SYMPTOM_LACKS &&
		    d->symptoms[i].area->examine == examine_packages && d->symptoms[i].mend)
			return &d->symptoms[i];
	return NULL;
}

static void show_heading(struct ui *ui, const struct doctor_page *d)
{
	_cleanup_buf_ struct buf line = { 0 };

	if (d->lab_count == 1)
		buf_printf(&line, _("What lab '%s' needs and finds"), d->labs[0]->id);
	else
		buf_printf(&line, _("What %zu labs need and find"), d->lab_count);
	ui_heading(ui, 1, buf_str(&line));
}

static void show_sum(struct ui *ui, const struct doctor_page *d)
{
	_cleanup_buf_ struct buf line = { 0 };
	bool can_fix = false;

	buf_printf(&line, _("lacking: %zu, notes: %zu, not to be seen: %zu, well: %zu."),
		   doctor_count(d, SYMPTOM_LACKS), doctor_count(d, SYMPTOM_NOTE),
		   doctor_count(d, SYMPTOM_BROKEN), doctor_count(d, SYMPTOM_OK));
	for (size_t i = 0; i < d->n; i++)
		can_fix |= d->symptoms[i].state == SYMPTOM_LACKS && d->symptoms[i].can_fix;
	if (can_fix)
		buf_puts(&line, _(" 'kvmlab doctor --fix' asks about each line and runs it."));
	ui_paragraph(ui, 0, "");
	ui_paragraph(ui, 0, buf_str(&line));
}

void doctor_show_text(struct ui *ui, const struct doctor_page *d)
{
	static const enum symptom_state order[] = { SYMPTOM_LACKS, SYMPTOM_BROKEN, SYMPTOM_NOTE,
						    SYMPTOM_OK };
	const struct symptom *first = find_first(d);

	show_heading(ui, d);
	if (first) {
		const char *typed = symptom_typed(first);

		ui_paragraph(ui, 0, _("Type this first:"));
		ui_verbatim(ui, typed, strlen(typed), 0);
		ui_paragraph(ui, 0, "");
	}
	for (size_t i = 0; i < ARRAY_SIZE(order); i++)
		show_state(ui, d, order[i]);
	show_sum(ui, d);
}

static void json_strings(struct json *j, const char *key, const struct strings *list)
{
	json_open(j, key, '[');
	for (size_t i = 0; i < list->n; i++)
		json_string(j, NULL, list->v[i]);
	json_close(j, '[');
}

static void json_lab(struct json *j, const struct lab *lab)
{
	unsigned wants = wants_of(lab);

	json_open(j, NULL, '{');
	json_string(j, "id", lab->id);
	json_open(j, "wants", '[');
	for (int i = 0; want_name(i); i++)
		if (wants & (1u << i))
			json_string(j, NULL, want_name(i));
	json_close(j, '[');
	json_close(j, '{');
}

static void json_host(struct json *j, const struct patient *p)
{
	json_open(j, NULL, '{');
	json_string(j, "role", p->role);
	json_string(j, "uri", p->uri);
	json_bool(j, "reached", p->host);
	json_string(j, "os", p->known_os);
	json_string(j, "arch", p->known_arch);
	json_string(j, "user", p->known_user);
	json_close(j, '{');
}

static void json_symptom(struct json *j, const struct symptom *f)
{
	json_open(j, NULL, '{');
	json_string(j, "id", f->area->id);
	json_string(j, "host", f->patient->role);
	json_string(j, "state", symptom_state_name(f->state));
	json_string(j, "title", _(f->area->title));
	json_string(j, "found", f->found);
	json_string(j, "looked_at", f->looked);
	json_string(j, "why", _(f->area->why));
	json_strings(j, "labs", &f->labs);
	json_string(j, "mend", symptom_typed(f));
	json_bool(j, "can_fix", f->can_fix);
	json_close(j, '{');
}

void doctor_show_json(FILE *f, const struct doctor_page *d)
{
	const struct symptom *first = find_first(d);
	struct json j = { .f = f };

	json_open(&j, NULL, '{');
	json_int(&j, "schema", 1);
	json_open(&j, "labs", '[');
	for (size_t i = 0; i < d->lab_count; i++)
		json_lab(&j, d->labs[i]);
	json_close(&j, '[');
	json_open(&j, "hosts", '[');
	for (size_t i = 0; i < d->patient_count; i++)
		json_host(&j, &d->patients[i]);
	json_close(&j, '[');
	json_string(&j, "first", first ? symptom_typed(first) : NULL);
	json_open(&j, "findings", '[');
	for (size_t i = 0; i < d->n; i++)
		if (d->symptoms[i].state != SYMPTOM_NONE)
			json_symptom(&j, &d->symptoms[i]);
	json_close(&j, '[');
	json_int(&j, "lacks", (int64_t)doctor_count(d, SYMPTOM_LACKS));
	json_int(&j, "exit_code", doctor_exit_code(d));
	json_close(&j, '{');
}
