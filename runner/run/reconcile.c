/* SPDX-License-Identifier: Apache-2.0 */
/* reconcile: the prediction beside what was measured; where they differ, the student says why. */
#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"
#include "runner/run/steps.h"

static void show(struct run *run, const struct experiment_result *r)
{
	static const char *const words[] = {
		[VERDICT_PASS] = N_("it was so"),
		[VERDICT_FAIL] = N_("it was otherwise"),
	};
	const char *word =
		r->prediction.right == VERDICT_PASS || r->prediction.right == VERDICT_FAIL
			? _(words[r->prediction.right])
			: _("nobody can tell");
	const struct choice *choice =
		choice_find(&r->experiment->predict->choices, r->prediction.choice);
	_cleanup_buf_ struct buf text = { 0 };

	buf_printf(&text, "%s: %s", word,
		   choice ? text_get(&choice->text, run->report.lang) : r->prediction.choice);
	ui_field(run->ui, _("You predicted"), buf_str(&text));
}

static int ask(struct run *run, const char **ret, struct err *err)
{
	_cleanup_buf_ struct buf text = { 0 };
	int rc =
		ui_ask_text(run->ui,
			    _("Your prediction and the measurement differ, which is how one learns "
			      "most. What did you not know or not think of?"),
			    NULL, &text, err);

	if (rc == 0)
		*ret = arena_strdup(&run->arena, buf_str(&text));
	return rc < 0 ? -1 : 0;
}

int prediction_reconcile(struct run *run, size_t e, struct err *err)
{
	struct experiment_result *r = &run->report.experiments[e];
	const struct given *given =
		run->answers ? answers_find(run->answers, r->experiment->id) : NULL;
	struct answer answer = { 0 };

	/* It would tell what was measured. */
	if (!r->experiment->predict || !r->prediction.choice || run->report.exam)
		return 0;
	show(run, r);
	if (r->prediction.right != VERDICT_FAIL || r->reconciled.at_ms)
		return 0;
	if (given)
		answer.text = given->reconcile;
	else if (ui_can_ask(run->ui) && ask(run, &answer.text, err) < 0)
		return -1;
	answer.at_ms = clock_unix_ms();
	if (store_reconciled_set(run->store, run_place(run, e, 0), &answer, err) < 0)
		return -1;
	r->reconciled = answer;
	return ui_can_ask(run->ui) ? run_settle(run, err) : 0;
}
