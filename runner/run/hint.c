/* SPDX-License-Identifier: Apache-2.0 */
/* hint: a question's hints, in stages; after the last one the student says what they told. */
#include "runner/run/hint.h"

#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"
#include "runner/run/steps.h"

static const char *text_of(const struct hinting *h, const struct text *text)
{
	return text_get(text, h->run->report.lang);
}

static bool are_all_taken(const struct hinting *h)
{
	return h->answer->hints >= (int64_t)h->question->hints.n;
}

/* On record before the student sees what comes of it: an interruption makes no hint free and asks
 * nothing twice. */
static int keep(const struct hinting *h, struct err *err)
{
	if (store_answer_set(h->run->store, h->at, h->answer, err) < 0)
		return -1;
	return run_settle(h->run, err);
}

/* What one has put into own words one has learned, even where the last hint was the answer. */
static int ask_understood(struct hinting *h, struct err *err)
{
	_cleanup_buf_ struct buf text = { 0 };
	int rc = ui_ask_line(h->run->ui,
			     _("In your own words, in one line: what did the hints tell you? (not "
			       "graded)"),
			     NULL, &text, err);

	if (rc < 0)
		return -1;
	if (rc == 0)
		h->answer->understood = arena_strdup(&h->run->arena, buf_str(&text));
	h->answer->understood_ms = clock_unix_ms();
	return keep(h, err);
}

int hint_show(void *data, struct err *err)
{
	_cleanup_buf_ struct buf label = { 0 };
	struct hinting *h = data;
	const struct question *q = h->question;
	const struct hint *hint;

	if (are_all_taken(h)) {
		ui_paragraph(h->run->ui, 2, _("There is no further hint."));
		return 0;
	}
	hint = &q->hints.v[h->answer->hints++];
	if (keep(h, err) < 0)
		return -1;
	buf_printf(&label, _("Hint (costs %lld of this question's %lld points)"),
		   (long long)hint->cost, (long long)q->points);
	ui_field(h->run->ui, buf_str(&label), text_of(h, &hint->text));
	if (!are_all_taken(h))
		return 0;
	if (ask_understood(h, err) < 0)
		return -1;
	ui_note(h->run->ui, _("Now your answer to the question:"));
	return 0;
}

int hints_recall(struct hinting *h, struct err *err)
{
	if (!h->answer->hints)
		return 0;
	ui_paragraph(h->run->ui, 0, text_of(h, &h->question->ask));
	for (size_t i = 0; i < h->question->hints.n && (int64_t)i < h->answer->hints; i++)
		ui_field(h->run->ui, _("Hint (taken before)"),
			 text_of(h, &h->question->hints.v[i].text));
	return are_all_taken(h) && !h->answer->understood_ms ? ask_understood(h, err) : 0;
}
