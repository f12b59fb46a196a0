/* SPDX-License-Identifier: Apache-2.0 */
/* outline_timeline: a ping drawn, and a table that says the same. */
#include <string.h>

#include "reports/page.h"
#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"

static void figures(struct page *p, const struct timeline *t)
{
	const struct column columns[] = {
		{ _("Ping"), COLUMN_HEAD },
		{ _("Figure"), COLUMN_FIGURE },
	};
	struct table table = { .caption = _("What the picture shows"),
			       .columns = columns,
			       .column_count = ARRAY_SIZE(columns),
			       .is_plain = true };
	const struct {
		const char *label;
		struct figure figure;
	} rows[] = {
		{ _("Ran for"), figure_duration(t->duration_us / 1000) },
		{ _("Longest silence"), figure_duration((t->gap_to_us - t->gap_from_us) / 1000) },
		{ _("It began after"), figure_duration(t->gap_from_us / 1000) },
		{ _("It ended after"), figure_duration(t->gap_to_us / 1000) },
		{ _("Sent"), figure_int((int64_t)t->sent) },
		{ _("Answered"), figure_int((int64_t)t->answered) },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		table_add(p, &table,
			  (const char *const[]){ rows[i].label, figure_keep(p, rows[i].figure) });
	p->ops->table(p, &table);
}

void outline_timeline(struct page *p, const struct timeline *t)
{
	const char *label;

	if (!t)
		return;
	label = WORDS(p, _("Answers to ping over time; the longest silence is {1}"),
		      figure_duration((t->gap_to_us - t->gap_from_us) / 1000).s);
	if (p->ops->timeline) {
		p->ops->timeline(p, label, t);
	} else {
		const char *spark = timeline_spark(t, TIMELINE_BINS, false, &p->arena);
		const struct excerpt e = { .head = spark, .head_len = strlen(spark), .tail = "" };

		p->ops->output(p, label, &e);
	}
	figures(p, t);
}
