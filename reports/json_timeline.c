/* SPDX-License-Identifier: Apache-2.0 */
/* json_timeline: a ping and the migrations beside it; JSON.md says what each member is. */
#include "reports/json_timeline.h"

#include "reports/figure.h"
#include "reports/word.h"

static void write_phase(struct json *j, const struct phase *phase)
{
	json_open(j, NULL, '{');
	json_string(j, "phase", word_phase(phase->kind));
	json_int(j, "from_us", phase->from_us);
	json_int(j, "to_us", phase->to_us);
	json_close(j, '{');
}

static void write_move(struct json *j, const struct move *m)
{
	json_open(j, NULL, '{');
	json_string(j, "domain", m->name);
	json_string(j, "from", m->from);
	json_string(j, "to", m->to);
	json_bool(j, "failed", m->failed);
	json_open(j, "phases", '[');
	for (size_t i = 0; i < m->n; i++)
		write_phase(j, &m->phases[i]);
	json_close(j, '[');
	json_close(j, '{');
}

void json_timeline(struct json *j, const char *key, const struct timeline *t)
{
	if (!t) {
		json_null(j, key);
		return;
	}
	json_open(j, key, '{');
	json_string(j, "started", figure_time_iso(t->started_unix_ms).s);
	json_int(j, "interval_ms", t->interval_ms);
	json_int(j, "duration_us", t->duration_us);
	json_open(j, "longest_gap", '{');
	json_int(j, "from_us", t->gap_from_us);
	json_int(j, "to_us", t->gap_to_us);
	json_close(j, '{');
	if (t->downtime_ms >= 0)
		json_int(j, "qemu_downtime_ms", t->downtime_ms);
	else
		json_null(j, "qemu_downtime_ms");
	json_open(j, "migrations", '[');
	for (size_t i = 0; i < t->move_count; i++)
		write_move(j, &t->moves[i]);
	json_close(j, '[');
	json_bool(j, "events_missing", t->is_cut);
	json_int(j, "clock_set_ms", t->drift_ms);
	json_close(j, '{');
}
