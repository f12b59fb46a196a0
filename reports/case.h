/* SPDX-License-Identifier: Apache-2.0 */
/*
 * case: an experiment's checks and questions as the test cases of JUnit and TAP. Predictions are
 * none: being wrong is no failure.
 */
#pragma once

#include "runner/model/report.h"

enum case_result {
	CASE_OK,
	CASE_FAILED,
	CASE_ERROR,   /* could not look */
	CASE_SKIPPED, /* not done, or something it depends on failed */
	CASE_NA,      /* does not apply to this host */
	CASE_MANUAL,  /* a teacher has yet to confirm it */
	CASE_RESULT_COUNT,
};

struct test_case {
	enum case_result result;
	const char *id, *title, *message; /* message: why; never NULL */
	const struct check_result *check; /* NULL: a question */
};

size_t case_count(const struct experiment_result *r);
struct test_case case_get(const struct experiment_result *r, size_t index, enum lang lang);
/* counts[result]: how many there are. */
void case_tally(const struct experiment_result *r, size_t counts[CASE_RESULT_COUNT]);
