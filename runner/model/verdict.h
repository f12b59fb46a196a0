/* SPDX-License-Identifier: Apache-2.0 */
/* verdict and outcome: the words in which kvmlab judges. */
#pragma once

enum verdict {
	VERDICT_NONE, /* not looked at yet */
	VERDICT_PASS,
	VERDICT_FAIL,
	VERDICT_SKIP,	/* something it depends on failed or was not done */
	VERDICT_NA,	/* does not apply to this host */
	VERDICT_BROKEN, /* could not look; never costs marks */
	VERDICT_COUNT,
};

enum outcome { OUTCOME_INCONCLUSIVE, OUTCOME_SUPPORTED, OUTCOME_REFUTED };

/* In place of PASS where nothing was expected; never translated. */
#define VERDICT_MEASURED "MEASURED"

/* 'PASS'; never translated. */
const char *verdict_name(enum verdict v);
/* The same for a person: NONE is said in words. */
const char *verdict_told(enum verdict v);
/* 'SUPPORTED'; never translated. */
const char *outcome_name(enum outcome o);
