/* SPDX-License-Identifier: Apache-2.0 */
/* clauses: the truth of the parts of a condition; for the words that explain an outcome. */
#pragma once

#include "runner/run/judge.h"

enum truth clause_truth(const struct clause *c, const struct check_result *checks);
enum truth alternative_truth(const struct alternative *a, const struct check_result *checks);

/* missing.c: the index of a check, or -1; the index of a step, sought from 'from' on, or steps.n.
 */
int check_index(const struct experiment *x, const char *id);
size_t step_index(const struct experiment *x, const char *id, size_t from);
/* The first step named by a check's parameters that has no evidence, or NULL. */
const struct step_result *missing_step(const struct experiment_result *x,
				       const struct check_result *r);
