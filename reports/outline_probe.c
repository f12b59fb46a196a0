/* SPDX-License-Identifier: Apache-2.0 */
/* outline_probe: what a probe recorded, in a line or a table; the record itself folded away. */
#include <stdlib.h>
#include <string.h>

#include "reports/page.h"
#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"

#define EVENT_ROWS_MAX 20

enum { WORD_TIME, WORD_EVENT, WORD_DETAIL, WORD_UUID, WORD_NAME, WORD_COUNT };

/* Calls take for each whole line of what was kept: what was dropped leaves half a line on either
 * side. */
static void each_line(struct page *p, const struct output *o, struct table *t,
		      void (*take)(struct page *p, struct table *t, char *line))
{
	char *text = arena_memdup(&p->arena, o->kept ? o->kept : "", o->kept ? o->kept_len : 0);
	char *gap = text + (output_is_truncated(o) ? o->head_len : o->kept_len), *newline;

	for (; (newline = strchr(text, '\n')); text = newline + 1) {
		bool is_broken = output_is_truncated(o) && text <= gap && newline >= gap;

		*newline = '\0';
		if (!is_broken)
			take(p, t, text);
	}
}

/* The value of 'key=value', from the beginning of a record; '-' when it is not there. */
static const char *value_of(struct page *p, const struct output *o, const char *key)
{
	size_t len = strlen(key);
	const char *line = o->kept;

	while (line && *line) {
		if (!strncmp(line, key, len) && line[len] == '=')
			return arena_memdup(&p->arena, line + len + 1,
					    strcspn(line + len + 1, "\n"));
		line = strchr(line, '\n');
		line = line ? line + 1 : NULL;
	}
	return "-";
}

static void tell_ping(struct page *p, const struct evidence_item *item)
{
	const struct output *o = &item->out;

	page_para(p, PARA_QUIET,
		  WORDS(p, _("{1} echo requests to {2}, one each {3} ms, on a {4} socket"),
			value_of(p, o, "echoes"), value_of(p, o, "target"),
			value_of(p, o, "interval_ms"), value_of(p, o, "socket")));
}

/* 'MILLISECONDS EVENT DETAIL UUID NAME' */
static void take_event(struct page *p, struct table *t, char *line)
{
	char *words[WORD_COUNT] = { line };
	bool of_guest;

	for (int i = 1; i < WORD_COUNT; i++) {
		words[i] = strchr(words[i - 1], ' ');
		if (!words[i])
			return;
		*words[i]++ = '\0';
	}
	if (t->row_count == EVENT_ROWS_MAX)
		return;
	of_guest = strcmp(words[WORD_UUID], "-") != 0;
	table_add(p, t,
		  (const char *const[]){
			  figure_keep(p, figure_clock(strtoll(words[WORD_TIME], NULL, 10))),
			  strcmp(words[WORD_DETAIL], "-") != 0
				  ? WORDS(p, "{1} {2}", words[WORD_EVENT], words[WORD_DETAIL])
				  : words[WORD_EVENT],
			  of_guest ? words[WORD_NAME] : NULL });
}

static void tell_events(struct page *p, const struct evidence_item *item)
{
	const struct column columns[] = {
		{ _("Time"), COLUMN_SHORT },
		{ _("Event"), COLUMN_HEAD },
		{ _("Guest"), COLUMN_TEXT },
	};
	struct table t = { .caption = WORDS(p, _("Events of {1}, UTC"), item->host),
			   .columns = columns,
			   .column_count = ARRAY_SIZE(columns) };

	each_line(p, &item->out, &t, take_event);
	if (t.row_count)
		p->ops->table(p, &t);
	if (output_is_truncated(&item->out) || t.row_count == EVENT_ROWS_MAX)
		page_para(p, PARA_QUIET, _("There are more of them than are shown here."));
}

void outline_probe(struct page *p, const struct evidence_item *item)
{
	const char *size = figure_keep(p, figure_int((int64_t)item->out.total));
	const char *title = WORDS(p, _("What it recorded: {1} bytes, SHA-256 {2}"), size,
				  figure_sha256(item->out.sha256).s);

	if (!strcmp(item->name, "ping"))
		tell_ping(p, item);
	else if (!strcmp(item->name, "events"))
		tell_events(p, item);
	if (p->ops->is_brief) {
		page_para(p, PARA_QUIET, title);
		page_shows_first(p, item->out.sha256);
		return;
	}
	page_open(p, SECTION_FOLD, title);
	outline_output(p, _("Output"), &item->out);
	if (item->err.total)
		outline_output(p, _("Error output"), &item->err);
	page_close(p, SECTION_FOLD);
}
