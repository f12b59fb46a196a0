/* SPDX-License-Identifier: Apache-2.0 */
/* predict: the student commits before the commands may run; the database keeps it locked. */
#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"
#include "runner/run/steps.h"

static int ask_choice(struct run *run, const struct predict *predict, struct prediction *ret,
		      struct err *err)
{
	size_t n = predict->choices.n, picked;
	const char **ids = arena_array(&run->arena, const char *, n + 1);
	const char **texts = arena_array(&run->arena, const char *, n + 1);
	const struct ui_terms terms = {
		.if_empty = _("Nothing was typed. A prediction is locked as it is given: type a "
			      "number, or '-' to give none."),
	};
	int rc;

	for (size_t i = 0; i < n; i++) {
		ids[i] = predict->choices.v[i].id;
		texts[i] = text_get(&predict->choices.v[i].text, run->report.lang);
	}
	rc = ui_ask_choice(run->ui, text_get(&predict->ask, run->report.lang), ids, texts, &terms,
			   &picked, err);
	if (rc == 0)
		ret->choice = ids[picked];
	return rc < 0 ? -1 : 0;
}

static int ask_reason(struct run *run, struct prediction *ret, struct err *err)
{
	_cleanup_buf_ struct buf text = { 0 };
	const struct ui_terms terms = {
		.if_empty = _("Nothing was typed. Type your reason, or '-' to give none."),
	};
	int rc = ui_ask_text(run->ui, _("Why do you think so?"), &terms, &text, err);

	if (rc == 0)
		ret->reason = arena_strdup(&run->arena, buf_str(&text));
	return rc < 0 ? -1 : 0;
}

static bool is_1_to_5(const char *line)
{
	return line[0] >= '1' && line[0] <= '5' && !line[1];
}

static int ask_sure(struct run *run, struct prediction *ret, struct err *err)
{
	_cleanup_buf_ struct buf text = { 0 };
	const struct ui_terms terms = {
		.accepts = is_1_to_5,
		.otherwise = _("please type a number from 1 to 5, or '-' to leave it out"),
	};
	int rc = ui_ask_line(run->ui, _("How sure are you, from 1 (guessing) to 5 (certain)?"),
			     &terms, &text, err);

	if (rc == 0)
		ret->sure = text.data[0] - '0';
	return rc < 0 ? -1 : 0;
}

static int ask_person(struct run *run, const struct predict *predict, struct prediction *ret,
		      struct err *err)
{
	if (ask_choice(run, predict, ret, err) < 0)
		return -1;
	if (!ret->choice)
		return 0;
	if (predict->reason && ask_reason(run, ret, err) < 0)
		return -1;
	return predict->sure ? ask_sure(run, ret, err) : 0;
}

static void take_given(const struct given *given, struct prediction *ret)
{
	ret->choice = given->choice;
	ret->reason = given->reason;
	ret->sure = given->sure;
}

int prediction_ask(struct run *run, size_t e, struct err *err)
{
	struct experiment_result *r = &run->report.experiments[e];
	const struct experiment *x = r->experiment;
	const struct given *given = run->answers ? answers_find(run->answers, x->id) : NULL;
	struct prediction p = { 0 };

	if (!x->predict)
		return 0;
	if (r->prediction.at_ms) {
		prediction_tell(run, e, given);
		return 0;
	}
	if (given && !exam_is_over(run))
		take_given(given, &p);
	else if (ui_can_ask(run->ui) && !exam_is_over(run) &&
		 ask_person(run, x->predict, &p, err) < 0)
		return -1;
	if (exam_is_over(run))
		p = (struct prediction){ 0 };
	p.at_ms = clock_unix_ms();
	prediction_hash(run->row.name, x->id, &p);
	if (store_prediction_add(run->store, run_place(run, e, 0), &p, err) < 0)
		return -1;
	r->prediction = p;
	return run_settle(run, err);
}
