/* SPDX-License-Identifier: Apache-2.0 */
/* verdict: the words themselves. */
#include "runner/model/verdict.h"

#include "runner/base/i18n.h"

static const char *const verdicts[] = {
	[VERDICT_NONE] = "NONE", [VERDICT_PASS] = "PASS", [VERDICT_FAIL] = "FAIL",
	[VERDICT_SKIP] = "SKIP", [VERDICT_NA] = "NA",	  [VERDICT_BROKEN] = "BROKEN",
};

static const char *const outcomes[] = {
	[OUTCOME_INCONCLUSIVE] = "INCONCLUSIVE",
	[OUTCOME_SUPPORTED] = "SUPPORTED",
	[OUTCOME_REFUTED] = "REFUTED",
};

const char *verdict_name(enum verdict v)
{
	return verdicts[v];
}

const char *verdict_told(enum verdict v)
{
	return v == VERDICT_NONE ? _("not looked at yet") : verdicts[v];
}

const char *outcome_name(enum outcome o)
{
	return outcomes[o];
}
