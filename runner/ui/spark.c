/* SPDX-License-Identifier: Apache-2.0 */
/* spark: a ping as a line of characters, its longest silence marked below it; or in words. */
#include <string.h>

#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"
#include "runner/ui/locale.h"
#include "runner/ui/terminal.h"

static long long gap_ms(const struct timeline *t)
{
	return (t->gap_to_us - t->gap_from_us + 500) / 1000;
}

static void put_words(struct ui *ui, const char *label, const struct timeline *t)
{
	_cleanup_buf_ struct buf text = { 0 };

	if (t->answered == t->sent)
		buf_printf(&text, _("all %llu answered"), (unsigned long long)t->sent);
	else
		buf_printf(&text, _("%llu of %llu answered"), (unsigned long long)t->answered,
			   (unsigned long long)t->sent);
	buf_puts(&text, "; ");
	buf_printf(&text, _("the longest silence was %lld ms, it began %lld ms after the start"),
		   gap_ms(t), (long long)t->gap_from_us / 1000);
	ui_field(ui, label, buf_str(&text));
}

/* '^^^ silent 204 ms' below the silence; the words to its left where there is no room at its right.
 */
static void put_mark(struct ui *ui, const struct timeline *t, int indent, size_t columns)
{
	size_t from = timeline_column(t, t->gap_from_us, columns);
	size_t to = timeline_column(t, t->gap_to_us - 1, columns);
	int left = indent + (int)from, marks = (int)(to - from) + 1, words;
	_cleanup_buf_ struct buf text = { 0 };

	buf_printf(&text, _("silent %lld ms"), gap_ms(t));
	words = fold_columns(text.data) + 1;
	if (left + marks + words > indent + (int)columns && left >= words)
		fprintf(ui->out, "%*s%s ", left - words, "", text.data);
	else
		fprintf(ui->out, "%*s", left, "");
	for (int i = 0; i < marks; i++)
		fputc('^', ui->out);
	if (left + marks + words <= indent + (int)columns || left < words)
		fprintf(ui->out, " %s", text.data);
	fputc('\n', ui->out);
}

void ui_timeline(struct ui *ui, const char *label, const struct timeline *t)
{
	_cleanup_arena_ struct arena scratch = { 0 };
	int indent = fold_columns(label) + 2, room = ui_width(ui) - indent;
	size_t columns = room < TIMELINE_BINS ? (size_t)room : TIMELINE_BINS;

	if (ui->options.quiet)
		return;
	if (ui->options.plain) {
		put_words(ui, label, t);
		return;
	}
	ui_field(ui, label, timeline_spark(t, columns, locale_is_ascii(), &scratch));
	if (timeline_has_gap(t))
		put_mark(ui, t, indent, columns);
}
