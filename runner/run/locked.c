/* SPDX-License-Identifier: Apache-2.0 */
/* locked: a prediction that was given stays; one that was changed behind kvmlab's back is seen. */
#include <sodium.h>
#include <string.h>

#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"
#include "runner/run/steps.h"

void prediction_hash(const char *run_name, const char *experiment, struct prediction *p)
{
	_cleanup_buf_ struct buf text = { 0 };
	unsigned char sha[crypto_hash_sha256_BYTES];

	buf_printf(&text, "%s\n%s\n%s\n%s\n%lld\n", run_name, experiment,
		   p->choice ? p->choice : "", p->reason ? p->reason : "", (long long)p->sure);
	crypto_hash_sha256(sha, (const unsigned char *)text.data, text.len);
	sodium_bin2hex(p->hash, sizeof(p->hash), sha, sizeof(sha));
}

/* Whether anything is on record that comes after the prediction. */
static bool has_begun(const struct experiment_result *r)
{
	for (size_t i = 0; i < r->experiment->steps.n; i++)
		if (r->steps[i].state != STEP_NOT_RUN)
			return true;
	for (size_t i = 0; i < r->experiment->checks.n; i++)
		if (r->checks[i].when_ms)
			return true;
	return false;
}

static int check_one(const char *run_name, const struct experiment_result *r, struct err *err)
{
	const char *id = r->experiment->id;
	struct prediction p = r->prediction;

	if (!r->experiment->predict)
		return 0;
	if (!p.at_ms && has_begun(r))
		return err_set(
			err, ERR_LAB, NULL,
			_("run '%s': the prediction of experiment '%s' has been taken out of "
			  "the record, though its steps had begun; this run proves nothing "
			  "any more: start a new one"),
			run_name, id);
	prediction_hash(run_name, id, &p);
	if (!p.at_ms || !strcmp(p.hash, r->prediction.hash))
		return 0;
	return err_set(
		err, ERR_LAB, NULL,
		_("run '%s': the prediction of experiment '%s' has been changed since it was "
		  "locked (its SHA-256 is another one); this run proves nothing any more: "
		  "start a new one"),
		run_name, id);
}

int predictions_check(const struct report *report, struct err *err)
{
	for (size_t e = 0; e < report->lab->experiments.n; e++)
		if (check_one(report->run_id, &report->experiments[e], err) < 0)
			return -1;
	return 0;
}

static bool is_same_text(const char *a, const char *b)
{
	return a && b ? !strcmp(a, b) : a == b;
}

static bool is_same(const struct prediction *p, const struct given *given)
{
	return is_same_text(p->choice, given->choice) && is_same_text(p->reason, given->reason) &&
	       p->sure == given->sure;
}

void prediction_tell(struct run *run, size_t e, const struct given *given)
{
	const struct experiment_result *r = &run->report.experiments[e];
	const struct choice *choice =
		choice_find(&r->experiment->predict->choices, r->prediction.choice);

	ui_field(run->ui, _("Your prediction is locked"),
		 choice ? text_get(&choice->text, run->report.lang) : _("none was given"));
	if (given && !is_same(&r->prediction, given))
		ui_paragraph(run->ui, 0,
			     _("The answers file has another prediction now. It is not taken: the "
			       "first one was locked before the first step could run, and it "
			       "stays."));
}
